/*
 * Hands a customer who is signed in on your website over to Securebox Portal.
 *
 * Needs Node.js 18 or newer and no package. Behind an address of your website, here with Express:
 *
 *   app.post("/secure-inbox-token", (request, response) => {
 *     const origin = request.get("Origin");
 *     if (origin !== "https://www.company.example") return response.sendStatus(403);
 *     const user = request.session.user;
 *     const token = user
 *       ? handOffToken({
 *           origin,
 *           sub: String(user.id),
 *           email: user.email,
 *           email_verified: user.emailWasProved,
 *           name: user.name,
 *         })
 *       : null;
 *     response.set("Cache-Control", "no-store").json({ token });
 *   });
 */

import { randomUUID, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { argv, env, stdin, stdout } from "node:process";
import { fileURLToPath } from "node:url";

const PORTAL = setting("HAND_OFF_PORTAL"); // Such as https://mail.company.example: the portal's own PORTAL_URL.
const ISSUER = setting("HAND_OFF_ISSUER"); // Your company, as its entry at the portal names it.
const KEY_ID = setting("HAND_OFF_KEY_ID"); // The name of this key in the same entry.
const PRIVATE_KEY = readFileSync(setting("HAND_OFF_KEY_FILE"), "ascii");

/**
 * The token for the customer of this one request; take every value from your session, none from the browser.
 *
 * `origin` is that of the page, as in `https://www.company.example`; `sub` is an id that you never give to anybody
 * else. `email_verified` is true only if you have made sure that the address is theirs: it opens the mail.
 */
export function handOffToken({ origin, sub, email, email_verified, name = "" }) {
  const iat = Math.floor(Date.now() / 1000);
  const header = { alg: "ES256", typ: "JWT", kid: KEY_ID };
  const claims = {
    iss: ISSUER,
    aud: PORTAL,
    sub,
    email,
    email_verified,
    name,
    origin,
    jti: randomUUID(),
    iat,
    exp: iat + 60,
  };
  const text = [header, claims].map((part) => base64url(JSON.stringify(part))).join(".");
  // A JWT wants the two bare numbers of the signature; Node's own choice would wrap them in DER.
  const signature = sign("sha256", Buffer.from(text), { key: PRIVATE_KEY, dsaEncoding: "ieee-p1363" });
  return `${text}.${base64url(signature)}`;
}

function base64url(data) {
  return Buffer.from(data).toString("base64url");
}

function setting(name) {
  if (!env[name]) throw new Error(`${name} is not set`);
  return env[name];
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  // Prints a token to try: node hand_off.mjs < customer.json
  stdout.write(`${handOffToken(JSON.parse(readFileSync(stdin.fd, "utf8")))}\n`);
}
