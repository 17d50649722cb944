/** The loader and the store of unread messages, and the elements in Svelte's templates. */

import type { HTMLAttributes } from "svelte/elements";
import type { SecureInboxAttributes, SecureInboxBadgeAttributes, SecureInboxLauncherAttributes } from "./elements.js";
import type { SecureInboxBadgeElement, SecureInboxElement, SecureInboxLauncherElement } from "./v1.js";

export { loadSecureInbox, SecureInboxLoadError, unread } from "./index.js";

declare module "svelte/elements" {
  interface SvelteHTMLElements {
    "secure-inbox": SecureInboxAttributes & HTMLAttributes<SecureInboxElement>;
    "secure-inbox-launcher": SecureInboxLauncherAttributes & HTMLAttributes<SecureInboxLauncherElement>;
    "secure-inbox-badge": SecureInboxBadgeAttributes & HTMLAttributes<SecureInboxBadgeElement>;
  }
}
