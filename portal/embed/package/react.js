// Hooks for React 19. On the server, and until the script is there, they say that nothing is known.

import { useEffect, useRef, useSyncExternalStore } from "react";
import { NOTHING_KNOWN, NOT_LOADED, applyOptions, inbox, listen, unread } from "./stores.js";

/** @type {typeof import("./react.js").useSecureInbox} */
export function useSecureInbox(options = {}) {
  const { portal, identify, customer, nonce, timeout } = options;
  useEffect(() => {
    applyOptions({ portal, identify, customer, nonce, timeout });
  }, [portal, identify, customer, nonce, timeout]);
  return useSyncExternalStore(inbox.subscribe, inbox.get, () => NOT_LOADED);
}

/** @type {typeof import("./react.js").useUnread} */
export function useUnread() {
  return useSyncExternalStore(unread.subscribe, unread.get, () => NOTHING_KNOWN);
}

/** @type {typeof import("./react.js").useSecureInboxEvent} */
export function useSecureInboxEvent(name, listener) {
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => listen(name, (detail) => latest.current(detail)), [name]);
}
