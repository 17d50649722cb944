/**
 * What `/embed/v1.js` gives a company's website.
 *
 *     <script type="module" src="https://portal.example/embed/v1.js"></script>
 *     <secure-inbox-launcher></secure-inbox-launcher>
 *
 * Calls before the script has come are kept: `(window.SecureInbox ||= []).push(["identify", fetchToken])`.
 */

/** Unread messages. What is not known is null, which is not the same as 0. */
export interface SecureInboxUnread {
  readonly total: number | null;
  /** By the securebox's short name, as in the `securebox` attribute. */
  readonly secureboxes: Readonly<Record<string, number | null>>;
  /** When the oldest of them was counted: ISO 8601, in UTC; null where nothing is known. */
  readonly as_of: string | null;
  /** A new count could not be had; these are the last ones. */
  readonly stale: boolean;
  /** The secureboxes that may hold more than their number says: it is shown as "10+". */
  readonly more: readonly string[];
}

export interface SecureInboxProblem {
  /**
   * - `address`: the script comes from a copy on the website itself, and so does not know the portal's address
   * - `blocked`: the page's Content-Security-Policy allows no frame of the portal
   * - `cookies`: the browser keeps no session inside this page
   * - `framed`: the page itself is shown inside a page of another origin, such as a preview
   * - `identify`: the callback failed, or gave neither a token nor null
   * - `refused`: the portal did not accept the token
   * - `slow`: no answer yet, from the portal or the callback
   * - `unavailable`: the portal answered with an error, or could not be reached
   * - `unlisted`: the portal is not allowed to show itself on this website
   */
  readonly reason:
    | "address"
    | "blocked"
    | "cookies"
    | "framed"
    | "identify"
    | "refused"
    | "slow"
    | "unavailable"
    | "unlisted";
  /** Why a token was refused, from a portal in development. */
  readonly detail?: string;
}

/** Who is looking, as far as it is certain. */
export interface SecureInboxIdentity {
  /** Whether somebody is signed in at the portal; null where that is uncertain, and nothing is shown for that reason. */
  readonly signedIn: boolean | null;
}

/** A message that the customer has sent from a frame on this page. Never a word of it. */
export interface SecureInboxSent {
  /** The short name of the securebox that it was sent to. */
  readonly securebox: string;
}

/** What each event hands its listeners. On `document` the same is the `detail` of `secure-inbox:<event>`. */
export interface SecureInboxEvents {
  /** The portal has answered: pages and numbers follow. Again where the connection had to be made anew. */
  ready: null;
  /** After each count, also where nothing changed; with a total of null when nobody is signed in. */
  unread: SecureInboxUnread;
  /** A launcher's panel. */
  opened: null;
  closed: null;
  /** @deprecated Named `opened` now. */
  open: null;
  /** @deprecated Named `closed` now. */
  close: null;
  /** Once for each message. It is on its way: sent, or queued while the contact centre cannot be reached. */
  sent: SecureInboxSent;
  /** On each change. For another customer it becomes null first. */
  identity: SecureInboxIdentity;
  /** At the portal, by whatever way. */
  signedin: null;
  signedout: null;
  problem: SecureInboxProblem;
}

/** A signed token for the customer who is signed in at the company, or null where nobody is. */
export type SecureInboxToken = string | null;

export interface SecureInboxOpenOptions {
  readonly securebox?: string | undefined;
  /** The address of a message at the portal. It goes before the securebox; any other address is ignored. */
  readonly link?: string | null | undefined;
}

/** For the next message alone; without a subject and fields, the element's attributes are used. */
export interface SecureInboxComposeOptions {
  readonly securebox?: string | undefined;
  /** Up to 150 characters. */
  readonly subject?: string | undefined;
  /** For what the securebox asks for beside the text, by its userdata keys: up to 200 characters each. */
  readonly fields?: Readonly<Record<string, string>> | undefined;
}

export interface SecureInboxApi {
  /**
   * Hand over the customer who is signed in at the company. `callback` is asked at once, and again whenever the
   * customer may have changed: when the page is looked at again, after news from another tab, where the portal's
   * session has ended. Each token is good for one use.
   */
  identify(callback: () => SecureInboxToken | Promise<SecureInboxToken>): void;

  /**
   * End the session at the portal, and forget the callback. Call it before the company's own signing out. False
   * where the portal did not confirm it within 5 seconds: nothing is shown then, and it is made up for as soon as the
   * portal is back, as long as this page is open.
   */
  signOut(): Promise<boolean>;

  /**
   * Say that a customer has signed in or out at the company, or read something: the callback is asked again, and the
   * unread messages are counted. It happens by itself when a page is looked at again.
   */
  refresh(): void;

  /** Open the first launcher's panel; without a launcher, lead to the first inbox on the page. */
  open(options?: SecureInboxOpenOptions): void;

  /** Close the panel. */
  close(): void;

  /** Whether the panel is open. */
  isOpen(): boolean;

  /** Close the panel if it is open; otherwise as `open`. */
  toggle(options?: SecureInboxOpenOptions): void;

  /**
   * Begin a message. The securebox is this one, or the element's, or the only one; otherwise the customer chooses.
   * What is suggested stands in the form for the customer to keep or change; nothing is saved or sent by it.
   */
  compose(options?: SecureInboxComposeOptions): void;

  /** The latest numbers; null where they are unknown, as when nobody is signed in. The first take up to 15 seconds. */
  getUnread(): Promise<SecureInboxUnread | null>;

  /** Returns a function that ends it. A listener for "ready", "identity" or "unread" hears what is known already. */
  on<Name extends keyof SecureInboxEvents>(
    event: Name,
    listener: (detail: SecureInboxEvents[Name]) => void,
  ): () => void;

  /** The calls of a page that does not wait for the script. */
  push(...calls: SecureInboxCall[]): void;
}

type SecureInboxOthers = Omit<SecureInboxApi, "on" | "push">;
type SecureInboxCalling = {
  [Name in keyof SecureInboxOthers]: [Name, ...Parameters<SecureInboxOthers[Name]>];
};
type SecureInboxListening = {
  [Name in keyof SecureInboxEvents]: ["on", Name, (detail: SecureInboxEvents[Name]) => void];
};

/** A call written down: its name, and what it takes. A listener in it has to name the type of what it hears. */
export type SecureInboxCall =
  | SecureInboxCalling[keyof SecureInboxCalling]
  | SecureInboxListening[keyof SecureInboxListening];

/**
 * An inbox in place, as high as what it shows.
 *
 * Attributes: `securebox` (one securebox; without it all), `link` (the address of the message at the portal that it
 * begins with), `subject` and `fields` (suggested for new messages; fields as a query, such as "PolicyNumber=AB123456"),
 * `max-height` (CSS pixels, 4000), `locale` (such as "de"), `color-scheme` ("light" or "dark"; without it the reader's),
 * `label`, `problem-label`, `retry-label`, `window-label`.
 */
export interface SecureInboxElement extends HTMLElement {}

/**
 * A button in the corner with the unread number, and the panel that it opens. Attributes: those of the inbox but
 * `max-height`, and `position` ("end" or "start"), `no-button` (the page has one of its own), `close-label`, `unread-label` ("{count} unread").
 */
export interface SecureInboxLauncherElement extends HTMLElement {}

/** The unread number alone; nothing where it is 0 or unknown. Attributes: `securebox`, `unread-label`. */
export interface SecureInboxBadgeElement extends HTMLElement {}

declare global {
  /** Once the script has run. It is no `var`, so that `window.SecureInbox` may be what it is before. */
  const SecureInbox: SecureInboxApi;

  interface Window {
    /** Before that, whatever calls the page has written down. */
    SecureInbox?: SecureInboxApi | SecureInboxCall[];
  }

  interface HTMLElementTagNameMap {
    "secure-inbox": SecureInboxElement;
    "secure-inbox-launcher": SecureInboxLauncherElement;
    "secure-inbox-badge": SecureInboxBadgeElement;
  }

  interface DocumentEventMap {
    "secure-inbox:ready": CustomEvent<null>;
    "secure-inbox:unread": CustomEvent<SecureInboxUnread>;
    "secure-inbox:opened": CustomEvent<null>;
    "secure-inbox:closed": CustomEvent<null>;
    "secure-inbox:sent": CustomEvent<SecureInboxSent>;
    "secure-inbox:identity": CustomEvent<SecureInboxIdentity>;
    "secure-inbox:open": CustomEvent<null>;
    "secure-inbox:close": CustomEvent<null>;
    "secure-inbox:signedin": CustomEvent<null>;
    "secure-inbox:signedout": CustomEvent<null>;
    "secure-inbox:problem": CustomEvent<SecureInboxProblem>;
  }
}
