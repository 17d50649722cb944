/*
 * Hand a customer who is signed in on your website over to Securebox Portal.
 *
 * Needs Node.js 18 or newer and no package. Serve it from an address of your website, here with Express:
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

const PORTAL = setting("HAND_OFF_PORTAL"); // The portal's PORTAL_URL, such as https://mail.company.example
const ISSUER = setting("HAND_OFF_ISSUER"); // The issuer, as entered at the portal under Companies.
const KEY_ID = setting("HAND_OFF_KEY_ID"); // The id of this key in the same entry.
const PRIVATE_KEY = readFileSync(setting("HAND_OFF_KEY_FILE"), "ascii");

/**
 * A token for the customer of this request. Take every value from your session, never from the browser.
 *
 * `origin` is the page's origin, such as `https://www.company.example`; `sub` is an id that is never reassigned to
 * another customer. `email_verified` is true only if you have verified that the address is theirs: it decides whose
 * mail is shown.
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
  // A JWT needs the signature's two numbers in plain form (RFC 7518, section 3.4); Node would wrap them in DER.
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
