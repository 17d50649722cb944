/** The portal's inbox in a website: a loader for `/embed/v1.js`, its types, and the unread number as a store. */

import type { SecureInboxApi, SecureInboxToken, SecureInboxUnread } from "./v1.js";

export type * from "./elements.js";
export type * from "./v1.js";

export interface SecureInboxOptions {
  /** The portal's address, such as "https://mail.company.example". The same for the whole page. */
  portal: string;
  /**
   * Gives a token for the customer who is signed in on the website, or null if nobody is: see "hand-off" in the docs.
   * The loader writes it down before the script comes, so that nothing is shown before it is known who is looking.
   */
  identify?: () => SecureInboxToken | Promise<SecureInboxToken>;
  /** For a Content-Security-Policy with nonces. Not needed with `'strict-dynamic'`. */
  nonce?: string;
  /** Milliseconds after which the promise is rejected as `slow`: 15 000. A script that comes later works all the same. */
  timeout?: number;
}

/** Why there is no `window.SecureInbox`. A later call of the loader tries again. */
export class SecureInboxLoadError extends Error {
  constructor(reason: SecureInboxLoadError["reason"], address?: string);
  /**
   * - `address`: `portal` is not an address, or this page has the script of another portal
   * - `blocked`: the page's Content-Security-Policy forbids the script
   * - `outdated`: the portal is older than this package
   * - `server`: called where there is no page, as in server-side rendering
   * - `slow`: no script yet
   * - `unavailable`: the portal did not answer, or with an error
   */
  readonly reason: "address" | "blocked" | "outdated" | "server" | "slow" | "unavailable";
}

/** Puts the script into the page, if it is not there, and resolves with `window.SecureInbox`. */
export function loadSecureInbox(options: SecureInboxOptions): Promise<SecureInboxApi>;

/** A value that changes. Also a store as Svelte knows them. */
export interface SecureInboxStore<T> {
  get(): T;
  /** Calls `run` at once and after each change. Returns what ends it. */
  subscribe(run: (value: T) => void): () => void;
}

/** The unread messages; `NOTHING_KNOWN` until something is, and when nobody is signed in. */
export const unread: SecureInboxStore<SecureInboxUnread>;
export const NOTHING_KNOWN: SecureInboxUnread;
