// Tells the tabs and frames of this browser that the session may have ended, been extended, or become another user's.

const channel = new BroadcastChannel("session");
// A channel receives no messages of its own: this page's come through another one.
const sender = new BroadcastChannel("session");

/** Also this one. */
export function askAllTabsToCheckSession() {
  sender.postMessage("look");
}

/**
 * Others check their session if they are another user's.
 *
 * @param {string | undefined} reader
 */
export function announceReader(reader) {
  channel.postMessage({ reader });
}

/**
 * @param {string | undefined} reader of this page
 * @param {() => void} check
 */
export function onSessionCheckRequested(reader, check) {
  channel.addEventListener("message", ({ data }) => data.reader !== reader && check());
}
