// window.SecureInbox: what the website's own scripts call. v1.d.ts says what each call takes and gives.

import { identity, need, refresh, release, signedIn } from "./connector.js";
import { HELLO_TIMEOUT } from "./frame.js";
import { Inbox } from "./inbox.js";
import { Launcher, closeLaunchers } from "./launcher.js";
import { cleanSlug, pause } from "./tools.js";
import { needs, unread } from "./unread.js";

/** The element that calls work on: the first launcher on the page, otherwise the first inbox. */
function stage() {
  const elements = [...needs];
  return elements.find((each) => each instanceof Launcher) ?? elements.find((each) => each instanceof Inbox);
}

/** @param {string} name */
function nextEvent(name) {
  return new Promise((resolve) => document.addEventListener(`secure-inbox:${name}`, resolve, { once: true }));
}

/** @type {Omit<SecureInboxApi, "push">} */
const calls = {
  identify(callback) {
    if (typeof callback === "function") identity.identify(callback);
  },

  signOut: () => identity.signOut(),

  refresh: () => refresh(),

  open(options) {
    const slug = cleanSlug(options?.securebox);
    stage()?.show(slug ? `inbox/${slug}/` : undefined);
  },

  close: closeLaunchers,

  isOpen: () => [...needs].some((each) => each instanceof Launcher && each.isOpen),

  toggle(options) {
    if (calls.isOpen()) closeLaunchers();
    else calls.open(options);
  },

  compose(options) {
    const { securebox, subject } = options ?? {};
    const slugs = Object.keys(unread?.secureboxes ?? {});
    const slug = cleanSlug(securebox) || stage()?.slug || (slugs.length === 1 ? slugs[0] : "");
    // What stands after the "#" reaches no server and no log.
    const fragment = subject ? `#subject=${encodeURIComponent(subject)}` : "";
    stage()?.show(slug && `inbox/${slug}/compose/${fragment}`);
  },

  async getUnread() {
    const key = {};
    need(key);
    if ((await identity.known) && !unread && signedIn !== false) {
      await Promise.race([nextEvent("unread"), nextEvent("problem"), pause(HELLO_TIMEOUT)]);
    }
    release(key);
    return unread;
  },

  on(name, listener) {
    if (typeof listener !== "function") return () => {};
    /** @param {any} event */
    const handler = ({ detail }) => listener(detail);
    document.addEventListener(`secure-inbox:${name}`, handler);
    need(handler);
    if (name === "unread" && unread) queueMicrotask(() => needs.has(handler) && listener(/** @type {any} */ (unread)));
    return () => {
      document.removeEventListener(`secure-inbox:${name}`, handler);
      release(handler);
    };
  },
};

/**
 * Calls as arrays, such as ["identify", fetchToken]: a page may write them down before this script has loaded.
 *
 * @param {any[]} written
 */
function push(...written) {
  for (const call of written) {
    if (Array.isArray(call) && Object.hasOwn(calls, call[0])) /** @type {any} */ (calls)[call[0]](...call.slice(1));
  }
}

export const api = Object.freeze({ ...calls, push });
