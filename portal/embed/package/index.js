// What a website needs without a framework. `react.js`, `vue.js` and `svelte.js` add the rest.

export { loadSecureInbox, SecureInboxLoadError } from "./load.js";
export { NOTHING_KNOWN, unread } from "./stores.js";
