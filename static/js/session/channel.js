// Tells the tabs and frames of this browser that the session may have ended, been extended, or become another user's,
// and what a user has sent.

import { isSameReader } from "./reader-ids.js";

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

/**
 * To the other tabs.
 *
 * @param {string | undefined} reader of this page
 * @param {SentMessage} message
 */
export function announceSent(reader, message) {
  channel.postMessage({ reader, ...message });
}

/**
 * @param {string | undefined} reader of this page
 * @param {(message: SentMessage) => void} show is called for messages of this reader alone
 */
export function onSent(reader, show) {
  channel.addEventListener("message", ({ data }) => {
    if (data.sent && reader && data.reader && isSameReader(data.reader, reader)) show(data);
  });
}
