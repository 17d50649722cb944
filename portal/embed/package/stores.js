// What the script tells, kept as values that change: the hooks of the frameworks read them.

import { loadSecureInbox, ready, written } from "./load.js";

// A router takes elements out and puts others in: what was known stays known in between.
const KEEP_FOR = 1_000;

/** @type {import("./index.js").SecureInboxUnread} */
export const NOTHING_KNOWN = Object.freeze({ total: null, secureboxes: {}, as_of: null, stale: false, more: [] });

/** @type {import("./hooks.js").SecureInboxState} */
export const NOT_LOADED = Object.freeze({ secureInbox: null, error: null, isOpen: false, isSignedIn: null });

/**
 * A value that changes, read from a source as long as anything listens. A store as Svelte knows them.
 *
 * @template T
 * @param {T} initial
 * @param {(set: (value: T) => void) => () => void} start returns what ends it
 */
function createStore(initial, start) {
  /** @type {Set<{ run(value: T): void }>} */
  const listeners = new Set();
  let value = initial;
  /** @type {(() => void) | null} */
  let stop = null;

  /** @param {T} next */
  function set(next) {
    value = next;
    for (const each of [...listeners]) each.run(value);
  }

  function stopIfUnheard() {
    if (listeners.size || !stop) return;
    stop();
    stop = null;
    // The next who looks may be another customer.
    value = initial;
  }

  return Object.freeze({
    get: () => value,
    /** @param {(value: T) => void} run is called at once, too */
    subscribe(run) {
      const listener = { run };
      listeners.add(listener);
      stop ??= start(set);
      run(value);
      return () => {
        listeners.delete(listener);
        setTimeout(stopIfUnheard, KEEP_FOR);
      };
    },
  });
}

/**
 * Listens once the script is there, however it came into the page.
 *
 * @template {keyof import("./index.js").SecureInboxEvents} Name
 * @param {Name} name
 * @param {(detail: import("./index.js").SecureInboxEvents[Name]) => void} listener
 */
export function listen(name, listener) {
  let isOver = false;
  let end = () => {};
  ready().then((secureInbox) => {
    if (!isOver) end = secureInbox.on(name, listener);
  });
  return () => {
    isOver = true;
    end();
  };
}

export const unread = createStore(NOTHING_KNOWN, (set) => listen("unread", set));

/** @type {(error: import("./index.js").SecureInboxLoadError | null) => void} */
let showError = () => {};

export const inbox = createStore(NOT_LOADED, (set) => {
  let state = NOT_LOADED;
  /** @param {Partial<import("./hooks.js").SecureInboxState>} part */
  const change = (part) => set((state = Object.freeze({ ...state, ...part })));
  showError = (error) => change({ error });
  ready().then((secureInbox) => change({ secureInbox, error: null, isOpen: secureInbox.isOpen() }));
  const ends = [
    listen("opened", () => change({ isOpen: true })),
    listen("closed", () => change({ isOpen: false })),
    listen("identity", ({ signedIn }) => change({ isSignedIn: signedIn })),
  ];
  return () => {
    showError = () => {};
    for (const end of ends) end();
  };
});

/** @type {(() => any) | undefined} the page's own function of this moment */
let fetchToken;
/** @type {unknown} the customer for whom it was handed to the script last; at first equal to none */
let identified = NOT_LOADED;

/**
 * What the hooks are called with, once their component is on the page and whenever it changes.
 *
 * @param {import("./hooks.js").HookOptions} options
 */
export function applyOptions({ portal, identify, customer, nonce, timeout }) {
  fetchToken = identify ?? fetchToken;
  if (identify && customer !== identified) {
    identified = customer;
    written().push(["identify", () => fetchToken?.()]);
  }
  if (!portal) return;
  loadSecureInbox({ portal, nonce, timeout }).then(
    () => showError(null),
    (error) => showError(error),
  );
}
