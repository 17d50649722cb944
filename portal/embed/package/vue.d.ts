/** Composables for Vue 3, and the elements in templates. */

import type { DefineComponent, HTMLAttributes, MaybeRefOrGetter, ShallowRef } from "vue";
import type { SecureInboxAttributes, SecureInboxBadgeAttributes, SecureInboxLauncherAttributes } from "./elements.js";
import type { HookOptions, SecureInboxState } from "./hooks.js";
import type { SecureInboxEvents, SecureInboxUnread } from "./v1.js";

export type { HookOptions, SecureInboxState };

/**
 * The script, and what is known of the page's inbox. With `portal` it loads the script; without, it only looks: call it
 * with `portal` once, near the root, and without wherever it is needed. A ref or a getter is followed.
 */
export function useSecureInbox(options?: MaybeRefOrGetter<HookOptions>): Readonly<ShallowRef<SecureInboxState>>;

/** The unread messages. What is not known is null, never 0. */
export function useUnread(): Readonly<ShallowRef<SecureInboxUnread>>;

/** Hears an event while the component is on the page. */
export function useSecureInboxEvent<Name extends keyof SecureInboxEvents>(
  name: Name,
  listener: (detail: SecureInboxEvents[Name]) => void,
): void;

declare module "vue" {
  interface GlobalComponents {
    "secure-inbox": DefineComponent<SecureInboxAttributes & HTMLAttributes>;
    "secure-inbox-launcher": DefineComponent<SecureInboxLauncherAttributes & HTMLAttributes>;
    "secure-inbox-badge": DefineComponent<SecureInboxBadgeAttributes & HTMLAttributes>;
  }
}
