// The hidden page that a page of the company's website loads once. It signs the website's customer in with a token,
// passes unread counts on, and signs out.

import { CustomerQuestion } from "./frame/customer-question.js";
import { exchange, forgetCustomer, hasCustomer, isConfirmed, isPresentReader, meetReader } from "./frame/hand-off.js";
import { connectToHost, disconnectFromHost, isConnected, isSignedIn, setSignedIn, tellHost } from "./frame/host-port.js";
import { rememberPlaces } from "./frame/place.js";
import { fetchState, postJson } from "./frame/portal-api.js";
import { followUnread } from "./inbox/unread.js";

const { unreadUrl = "", signOutUrl = "" } = document.body.dataset;
// To and from the other tabs and frames of this browser.
const tabs = new BroadcastChannel("session");
// With the pages that ask for a password, which are not seen before the website was asked.
const waitingPages = new BroadcastChannel("hand-off");

/** @type {UnreadCounts | null | undefined} undefined before the first answer; null when signed out */
let counts;
// While the website is asked which customer is looking, counts may be another customer's: they are held back.
let isCustomerKnown = true;
// Whether the website says which customer is looking.
let isIdentifying = false;
// Another user has signed in than the customer who was looking.
let isInDoubt = false;
let isAsking = false;
const forgetPlaces = rememberPlaces();
/** @type {Promise<void>} */
let queue = Promise.resolve();

const question = new CustomerQuestion({
  // In doubt, the script hides everything at first, and then has the question asked: see `identifies`.
  ask() {
    isAsking = true;
    tellHost(isInDoubt ? "doubt" : "identify");
  },
  isHidden: () => document.hidden,
});

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
    if (isIdentifying) question.want();
  } else {
    const { total, secureboxes, more, as_of, stale } = counts;
    tellHost("unread", { total, secureboxes, more, as_of, stale });
  }
}

/** Another user has signed in. Their counts are not the customer's that this page of the website shows. */
function doubtCustomer() {
  forgetPlaces();
  setSignedIn(false);
  if (!isIdentifying || !isCustomerKnown) return;
  isCustomerKnown = false;
  isInDoubt = true;
  question.want();
}

function waitForToken() {
  isIdentifying = true;
  isCustomerKnown = isInDoubt = false;
  question.ask();
}

/**
 * Counts that are known, or under way, may be another customer's, or old.
 *
 * @param {boolean} [isUserSignedIn]
 */
function refreshCounts(isUserSignedIn = isSignedIn()) {
  counts = undefined;
  document.dispatchEvent(new CustomEvent("refreshunread", { detail: { isSignedIn: isUserSignedIn } }));
}

/**
 * @param {string | null} token
 * @param {number} turn the website's number of its question which customer is looking; goes back with the answer
 */
async function handOff(token, turn) {
  // The website confirms who is looking: what is shown may stay, even if the portal does not answer.
  const mayStay = isCustomerKnown && isConfirmed(token);
  let changed = false;
  isCustomerKnown = mayStay;
  try {
    ({ changed, isKnown: isCustomerKnown } = await exchange(token));
    isInDoubt = false;
    if (!changed) question.settle();
  } catch {
    isCustomerKnown = mayStay;
    if (!mayStay) tellHost("problem", { reason: "unavailable" });
    question.want();
  }
  tellHost("handedOff", { turn, signedIn: isSignedIn(), changed, isKnown: isCustomerKnown });
  if (changed || !mayStay) refreshCounts();
  if (changed) {
    forgetPlaces();
    tellTabs();
  }
  stopAsking();
}

function stopAsking() {
  isAsking = false;
  if (!isSignedIn()) waitingPages.postMessage("asked");
}

/** The session may have ended, or be another user's. */
function tellTabs() {
  tabs.postMessage("look");
}

/** Another frame or tab has seen a user sign in or out: which, and whether it is so here, is asked. */
async function look() {
  const state = await fetchState().catch(() => null);
  if (!state || isPresentReader(state.reader)) return;
  const isAnother = meetReader(state.reader);
  refreshCounts(state.signed_in);
  if (isAnother) doubtCustomer();
  else if (state.signed_in && isIdentifying) question.want();
  else if (!state.signed_in) {
    counts = null;
    passCountsOn();
  }
}

/** The user is back at this tab, or the website knows of a change. */
function askAgain() {
  enqueue(look);
  if (isIdentifying) question.returned();
}

async function signOut() {
  isCustomerKnown = isIdentifying = false;
  forgetCustomer();
  try {
    const state = await fetchState();
    if (state.signed_in) await postJson(signOutUrl, state.token, {});
    const after = await fetchState();
    setSignedIn(after.signed_in);
    meetReader(after.reader);
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
  // The website gave no answer.
  noToken() {
    question.want();
    stopAsking();
  },
  signOut: () => enqueue(signOut),
  look: () => enqueue(look),
  refresh() {
    if (isSignedIn()) refreshCounts();
    askAgain();
  },
});
followUnread(unreadUrl, (latest) => {
  if (meetReader(latest?.reader ?? "")) doubtCustomer();
  counts = latest;
  if (isConnected()) passCountsOn();
});
tabs.addEventListener("message", ({ data }) => {
  if (data === "look" || (data.reader && !isPresentReader(data.reader))) enqueue(look);
});
waitingPages.addEventListener("message", ({ data }) => {
  if (data !== "ask" || isAsking) return;
  // What it has just said holds still, unless it was a customer.
  if (isIdentifying && (hasCustomer() || question.isDue)) question.want();
  else stopAsking();
});
document.addEventListener("visibilitychange", () => document.hidden || askAgain());
addEventListener("pagehide", disconnectFromHost);
addEventListener("pageshow", (event) => event.persisted && location.reload());
