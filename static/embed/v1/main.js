// What a company's website loads, as /embed/v1.js, to show its customers their messages: <secure-inbox>,
// <secure-inbox-launcher>, <secure-inbox-badge> and window.SecureInbox. ../v1.d.ts documents them.
//
// The modules of this folder are joined when they are served, into two files: pages.js loads the other. Every message
// stays inside frames of the portal, which the website's page cannot look into. Only heights, unread counts, whether a
// user is signed in and that a message was sent come out, through a port that each framed document is given.

import { api } from "./api.js";
import { Badge } from "./badge.js";
import { identity, refresh } from "./connector.js";
import { receiveFirstMessage } from "./frame.js";
import { Inbox } from "./inbox.js";
import { Launcher } from "./launcher.js";
import { receiveViolation } from "./portal.js";

// A page may load the script twice, or from two addresses: the first one is at work already.
if (!customElements.get("secure-inbox")) {
  const written = window.SecureInbox;
  window.SecureInbox = api;
  addEventListener("message", receiveFirstMessage);
  document.addEventListener("securitypolicyviolation", receiveViolation);
  // A page from the back/forward cache: another customer may have signed in at the website meanwhile.
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted && identity.callback) api.identify(identity.callback);
  });
  // The connector itself sees when the tab is hidden and shown, but not when the user comes from another window.
  let isAway = false;
  addEventListener("blur", () => (isAway = !document.hasFocus()));
  addEventListener("focus", () => {
    if (isAway) refresh();
    isAway = false;
  });
  if (Array.isArray(written)) api.push(...written);
  customElements.define("secure-inbox", Inbox);
  customElements.define("secure-inbox-launcher", Launcher);
  customElements.define("secure-inbox-badge", Badge);
}
