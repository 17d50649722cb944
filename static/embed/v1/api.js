// window.SecureInbox: what the website's own scripts call. v1.d.ts says what each call takes and gives.

import { connector, identity, need, refresh, release, settledOn, signedIn } from "./connector.js";
import { HELLO_TIMEOUT } from "./frame.js";
import { Inbox } from "./inbox.js";
import { Launcher, closeLaunchers } from "./launcher.js";
import { pathOfMessage } from "./portal.js";
import { suggestionOf } from "./suggestion.js";
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

/**
 * What a new listener is told at once; undefined where there is nothing yet.
 *
 * @param {string} name
 */
function latest(name) {
  if (name === "unread") return unread ?? undefined;
  if (name === "ready") return connector.isConnected ? null : undefined;
  return name === "identity" && settledOn !== null ? { signedIn: settledOn } : undefined;
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
    const path = pathOfMessage(options?.link) || (slug && `inbox/${slug}/`);
    stage()?.show(path ? { path } : undefined);
  },

  close: closeLaunchers,

  isOpen: () => [...needs].some((each) => each instanceof Launcher && each.isOpen),

  toggle(options) {
    if (calls.isOpen()) closeLaunchers();
    else calls.open(options);
  },

  compose(options) {
    const { securebox, subject, fields } = options ?? {};
    const slugs = Object.keys(unread?.secureboxes ?? {});
    const slug = cleanSlug(securebox) || stage()?.slug || (slugs.length === 1 ? slugs[0] : "");
    // The element's own suggestion, unless the call brings one.
    const suggestion = subject || fields ? suggestionOf(subject, fields) : undefined;
    stage()?.show({ path: slug && `inbox/${slug}/compose/`, suggestion });
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
    const known = latest(name);
    if (known !== undefined) queueMicrotask(() => needs.has(handler) && listener(/** @type {any} */ (known)));
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
