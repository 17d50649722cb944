// The hidden page that a page of the company's website loads once. It signs the website's customer in with a token,
// passes unread counts on, and signs out.

import { connectToHost, isConnected, isSignedIn, setSignedIn, tellHost } from "./frame/host-port.js";
import { fetchState, postJson } from "./frame/portal-api.js";
import { followUnread } from "./inbox/unread.js";
import { isSameReader } from "./session/reader-ids.js";

const { unreadUrl = "", handOffUrl = "", signOutUrl = "" } = document.body.dataset;
const MIN_SECONDS_BETWEEN_TOKENS = 30;

/** @type {UnreadCounts | null | undefined} undefined before the first answer; null when signed out */
let counts;
// While the website is asked which customer is looking, counts may be another customer's: they are held back.
let isCustomerKnown = true;
// Whether the website says which customer is looking.
let isIdentifying = false;
let tokenRequestedAt = -Infinity;
/** @type {Promise<void>} */
let queue = Promise.resolve();

/**
 * One after the other, so that what the website said last is what counts.
 *
 * @param {() => Promise<void>} call
 */
function enqueue(call) {
  queue = queue.then(call);
}

function passCountsOn() {
  if (!isCustomerKnown || counts === undefined) return;
  setSignedIn(counts !== null);
  if (counts === null) {
    const isTooSoon = performance.now() - tokenRequestedAt <= MIN_SECONDS_BETWEEN_TOKENS * 1000;
    if (!isTooSoon) requestToken();
  } else {
    const { total, secureboxes, more, as_of, stale } = counts;
    tellHost("unread", { total, secureboxes, more, as_of, stale });
  }
}

function requestToken() {
  tokenRequestedAt = performance.now();
  tellHost("identify");
}

/** Another tab has signed another user in. Their counts are not the customer's that this page of the website shows. */
function forgetCustomer() {
  setSignedIn(false);
  if (isIdentifying) isCustomerKnown = false;
}

function waitForToken() {
  isIdentifying = true;
  isCustomerKnown = false;
  requestToken();
}

/** Counts that are known, or under way, may be another customer's. */
function refreshCounts() {
  counts = undefined;
  document.dispatchEvent(new CustomEvent("refreshunread", { detail: { isSignedIn: isSignedIn() } }));
}

/**
 * Exchange a token for a session.
 *
 * @param {string | null} token null where no customer is signed in at the website
 * @returns {Promise<{ changed: boolean, isKnown: boolean }>} whether the session's user has changed, and whether it is
 *   certain which user is signed in now, if any
 */
async function exchange(token) {
  const state = await fetchState();
  setSignedIn(state.signed_in);
  if (!state.cookies) {
    tellHost("problem", { reason: "cookies" });
    return { changed: false, isKnown: !isSignedIn() };
  }
  if (token === null && !isSignedIn() && !state.pending) return { changed: false, isKnown: true };
  const response = await postJson(handOffUrl, state.token, { token });
  if (response.status >= 500) throw new Error(String(response.status));
  if (!response.ok) tellHost("problem", { reason: "refused" });
  const outcome = await response.json().catch(() => ({}));
  if (outcome.signed_in !== undefined) setSignedIn(outcome.signed_in);
  // A session that survives a refused token may belong to another customer than the one who is looking.
  return { changed: Boolean(outcome.changed), isKnown: response.ok || outcome.signed_in === false };
}

/**
 * @param {string | null} token
 * @param {number} turn the website's number of its question which customer is looking; goes back with the answer
 */
async function handOff(token, turn) {
  let changed = false;
  isCustomerKnown = false;
  try {
    ({ changed, isKnown: isCustomerKnown } = await exchange(token));
  } catch {
    tellHost("problem", { reason: "unavailable" });
  }
  tellHost("handedOff", { turn, signedIn: isSignedIn(), changed, isKnown: isCustomerKnown });
  refreshCounts();
  if (changed) tellTabs();
}

/** The session may have ended, or be another user's. */
function tellTabs() {
  new BroadcastChannel("session").postMessage("look");
}

/** Another frame of the website's page has seen a user sign in or out: which, and whether it is so here, is asked. */
async function look() {
  const state = await fetchState().catch(() => null);
  const isSignedInHere = state?.signed_in ?? true;
  document.dispatchEvent(new CustomEvent("refreshunread", { detail: { isSignedIn: isSignedInHere } }));
  if (isSignedInHere) return;
  counts = null;
  passCountsOn();
}

async function signOut() {
  isCustomerKnown = false;
  try {
    const state = await fetchState();
    if (state.signed_in) await postJson(signOutUrl, state.token, {});
    setSignedIn((await fetchState()).signed_in);
    isCustomerKnown = !isSignedIn();
  } catch {
    tellHost("problem", { reason: "unavailable" });
  }
  tellHost("session", { signedIn: isSignedIn() });
  refreshCounts();
  tellTabs();
}

connectToHost({
  role: ({ identifies }) => (identifies ? waitForToken() : passCountsOn()),
  identifies: waitForToken,
  token({ token, turn }) {
    if (token === null || typeof token === "string") enqueue(() => handOff(token, turn));
  },
  signOut: () => enqueue(signOut),
  look: () => enqueue(look),
});
followUnread(unreadUrl, (latest) => {
  if (counts && latest && !isSameReader(counts.reader, latest.reader)) forgetCustomer();
  counts = latest;
  if (isConnected()) passCountsOn();
});
addEventListener("pageshow", (event) => event.persisted && location.reload());
