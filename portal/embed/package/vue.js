// Composables for Vue 3. On the server, and until the script is there, they say that nothing is known.

import { onMounted, onScopeDispose, shallowReadonly, shallowRef, toValue, watch } from "vue";
import { NOTHING_KNOWN, NOT_LOADED, applyOptions, inbox, listen, unread } from "./stores.js";

/**
 * A value of a store, followed while the component is on the page.
 *
 * @template T
 * @param {{ subscribe(run: (value: T) => void): () => void }} store
 * @param {T} initial
 */
function follow(store, initial) {
  const value = shallowRef(initial);
  whileMounted(() => store.subscribe((next) => (value.value = next)));
  return shallowReadonly(value);
}

/** @param {() => () => void} start returns what ends it */
function whileMounted(start) {
  let end = () => {};
  onMounted(() => (end = start()));
  onScopeDispose(() => end());
}

/** @type {typeof import("./vue.js").useSecureInbox} */
export function useSecureInbox(options = {}) {
  whileMounted(() => watch(() => ({ ...toValue(options) }), applyOptions, { immediate: true }));
  return follow(inbox, NOT_LOADED);
}

/** @type {typeof import("./vue.js").useUnread} */
export function useUnread() {
  return follow(unread, NOTHING_KNOWN);
}

/** @type {typeof import("./vue.js").useSecureInboxEvent} */
export function useSecureInboxEvent(name, listener) {
  whileMounted(() => listen(name, listener));
}
