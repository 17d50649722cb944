/** Hooks for React 19, and the elements in JSX. */

import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { SecureInboxAttributes, SecureInboxBadgeAttributes, SecureInboxLauncherAttributes } from "./elements.js";
import type { HookOptions, SecureInboxState } from "./hooks.js";
import type {
  SecureInboxBadgeElement,
  SecureInboxElement,
  SecureInboxEvents,
  SecureInboxLauncherElement,
  SecureInboxUnread,
} from "./v1.js";

export type { HookOptions, SecureInboxState };

/**
 * The script, and what is known of the page's inbox. With `portal` it loads the script; without, it only looks: call it
 * with `portal` once, near the root, and without wherever it is needed.
 */
export function useSecureInbox(options?: HookOptions): SecureInboxState;

/** The unread messages. What is not known is null, never 0. */
export function useUnread(): SecureInboxUnread;

/** Hears an event while the component is on the page. */
export function useSecureInboxEvent<Name extends keyof SecureInboxEvents>(
  name: Name,
  listener: (detail: SecureInboxEvents[Name]) => void,
): void;

type Props<Attributes, E> = Attributes & DetailedHTMLProps<HTMLAttributes<E>, E>;

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "secure-inbox": Props<SecureInboxAttributes, SecureInboxElement>;
      "secure-inbox-launcher": Props<SecureInboxLauncherAttributes, SecureInboxLauncherElement>;
      "secure-inbox-badge": Props<SecureInboxBadgeAttributes, SecureInboxBadgeElement>;
    }
  }
}
