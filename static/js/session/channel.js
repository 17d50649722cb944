// Tells the browser's other tabs that the session may have ended or been extended. One object for the page: a
// channel receives no messages of its own, but would receive those of a second object.

const channel = new BroadcastChannel("session");

export function askOtherTabsToCheckSession() {
  channel.postMessage("look");
}

/** @param {() => void} check */
export function onSessionCheckRequested(check) {
  channel.addEventListener("message", check);
}
