// Svelte sets attributes of custom elements by itself, and reads `unread` as it reads its own stores: `$unread.total`.

export { loadSecureInbox, SecureInboxLoadError, unread } from "./index.js";
