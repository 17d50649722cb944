// Exchanges the website's tokens for sessions, and knows whose session it was last.

import { setSignedIn, tellHost } from "./host-port.js";
import { fetchState, postJson, readerOf } from "./portal-api.js";
import { isSameReader } from "../session/reader-ids.js";

// The reader of the last answer; empty if no one was signed in.
let reader = "";
/** @type {string | null | undefined} the last customer who was handed over; null where the website had none */
let customer;

/** @param {string} now the reader of an answer; empty if no one is signed in */
export const isPresentReader = (now) => isSameReader(reader, now);

/**
 * @param {string} now as above
 * @returns {boolean} whether it is another user than before
 */
export function meetReader(now) {
  const isAnother = reader !== "" && now !== "" && !isPresentReader(now);
  reader = now;
  return isAnother;
}

/**
 * What tells the customers of two tokens apart.
 *
 * @param {string | null} token of the website; the portal itself checks it
 */
function customerIn(token) {
  try {
    const claims = atob(token?.split(".")[1]?.replaceAll("-", "+").replaceAll("_", "/") ?? "");
    const { iss, sub, email } = JSON.parse(claims);
    return JSON.stringify([iss, sub, email]);
  } catch {
    return token;
  }
}

/**
 * Whether the website says again what it said before.
 *
 * @param {string | null} token
 */
export const isConfirmed = (token) => customerIn(token) === customer;

/** Whether the website has vouched for a customer the last time. */
export const hasCustomer = () => Boolean(customer);

export function forgetCustomer() {
  customer = undefined;
}

/**
 * Exchange a token for a session.
 *
 * @param {string | null} token null where no customer is signed in at the website
 * @returns {Promise<{ changed: boolean, isKnown: boolean }>} whether the session's user has changed, and whether it is
 *   certain which user is signed in now, if any
 */
export async function exchange(token) {
  const state = await fetchState();
  setSignedIn(state.signed_in);
  if (state.signed_in && isPresentReader(state.reader) && isConfirmed(token)) return { changed: false, isKnown: true };
  meetReader(state.reader);
  if (!state.cookies) {
    tellHost("problem", { reason: "cookies" });
    return { changed: false, isKnown: !state.signed_in };
  }
  if (token === null && !state.signed_in && !state.pending) {
    customer = token;
    return { changed: false, isKnown: true };
  }
  const response = await postJson(document.body.dataset.handOffUrl ?? "", state.token, { token });
  if (response.status >= 500) throw new Error(String(response.status));
  const outcome = await response.json().catch(() => ({}));
  if (!response.ok) tellHost("problem", { reason: "refused", detail: outcome.detail });
  if (outcome.signed_in !== undefined) setSignedIn(outcome.signed_in);
  meetReader(readerOf(response));
  customer = response.ok ? customerIn(token) : undefined;
  // A session that survives a refused token may belong to another customer than the one who is looking.
  return { changed: Boolean(outcome.changed), isKnown: response.ok || outcome.signed_in === false };
}
