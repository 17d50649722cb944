// One hidden frame for the whole page: it signs the customer in and out, and brings the unread counts.

import { Frame } from "./frame.js";
import { Identity } from "./identity.js";
import { frameRoot } from "./portal.js";
import { hiddenSheet } from "./styles.js";
import { createElement, emit, reportProblem } from "./tools.js";
import { clearUnread, dropUnread, liveRegion, needs, receiveUnread, showUnread } from "./unread.js";

const RETRY_AFTER = 30_000;
const MAX_RETRY_AFTER = 300_000;
// A single-page website takes elements out and puts others in: the connection is kept for so long in between.
const RELEASE_AFTER = 1_000;

/** @type {Set<View>} frames that are seen */
export const views = new Set();
/** @type {boolean | undefined} undefined until the portal has said so */
export let signedIn;
/** @type {boolean | null} the same as the website was told last: null while it is uncertain who is looking */
export let settledOn = null;

const container = createElement("div");
const root = container.attachShadow({ mode: "open" });
root.adoptedStyleSheets = [hiddenSheet];
root.append(liveRegion);

let retryAfter = RETRY_AFTER;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let retryTimer;

export const identity = new Identity({
  lock(message) {
    clearUnread();
    tellIdentity();
    for (const view of views) view.reload();
    connector.send(message);
    if (retryTimer) loadConnector();
  },
  unlock(isKnown) {
    if (!isKnown) clearUnread();
    tellIdentity();
    for (const view of views) {
      if (!isKnown) view.fail();
      else if (view.hasFailed) view.reload();
    }
  },
  need,
  release,
  reportProblem,
});

const life = {
  hello() {
    stopRetrying();
    retryAfter = RETRY_AFTER;
    introduce(connector, "connector");
    if (identity.mustSignOut) connector.send("signOut");
    emit("ready");
  },
  refused() {
    // The portal does not show itself on this website: there is nothing to hide.
    identity.resolve(true);
    reportProblem("unlisted");
  },
  /** @param {ProblemReason} reason */
  lost(reason) {
    reportProblem(reason);
    retryTimer = setTimeout(loadConnector, retryAfter);
    retryAfter = Math.min(retryAfter * 2, MAX_RETRY_AFTER);
  },
};

export const connector = new Frame(root, life, {
  session(message) {
    setSignedIn(message.signedIn, connector);
    if (message.signedIn === false) identity.signedOut();
  },
  identify: () => identity.sendToken(connector, true),
  doubt() {
    if (identity.callback) identity.lock();
  },
  handedOff(message) {
    const changed = message.changed === true;
    if (changed) {
      showUnread(null);
      settle(null);
    }
    setSignedIn(message.signedIn, connector);
    identity.handedOff(message.turn, message.isKnown === true);
    tellIdentity();
    if (changed) for (const view of views) view.renew();
  },
  unread(message) {
    if (identity.known === true) receiveUnread(message);
  },
  problem({ reason, detail }) {
    identity.failed();
    reportProblem(reason, detail);
  },
});

/**
 * @param {Frame} frame
 * @param {string} part that it plays on this page
 * @param {object} [more]
 */
export function introduce(frame, part, more) {
  frame.send("role", { part, identifies: Boolean(identity.callback), ...more });
}

/** @param {unknown} key */
export function need(key) {
  needs.add(key);
  if (container.isConnected) return;
  document.documentElement.append(container);
  loadConnector();
}

/** @param {unknown} key */
export function release(key) {
  needs.delete(key);
  setTimeout(() => needs.size || disconnect(), RELEASE_AFTER);
}

function stopRetrying() {
  clearTimeout(retryTimer);
  retryTimer = undefined;
}

function loadConnector() {
  stopRetrying();
  connector.load(`${frameRoot()}embed/connect/`, "");
}

function disconnect() {
  stopRetrying();
  connector.unload();
  container.remove();
  signedIn = undefined;
  settledOn = null;
  dropUnread();
}

/** The user is back at this page, or the website has signed a customer in or out: ask it again, and count. */
export function refresh() {
  connector.send("refresh");
}

/**
 * @param {unknown} now whether a user is signed in at the portal
 * @param {Frame} from the frame that says so
 */
export function setSignedIn(now, from) {
  if (typeof now !== "boolean" || now === signedIn) return;
  const before = signedIn;
  signedIn = now;
  if (from !== connector) connector.send("look");
  if (now) {
    emit("signedin");
    for (const view of views) if (view.frame !== from && view.signedIn === false) view.renew();
  } else {
    showUnread(null);
    if (before) emit("signedout");
  }
  tellIdentity();
}

function tellIdentity() {
  settle(identity.known === true ? (signedIn ?? null) : null);
}

/** @param {boolean | null} now */
function settle(now) {
  if (now === settledOn) return;
  settledOn = now;
  emit("identity", { signedIn: now });
}
