/** What the scripts of a page tell each other, and what the portal answers them. For the type checker alone. */

/** `/unread.json` */
interface UnreadCounts {
  total: number | null;
  /** By slug; null where the count is unknown. */
  secureboxes: Record<string, number | null>;
  /** The slugs of secureboxes that may hold more than was counted. */
  more: string[];
  as_of: string;
  stale: boolean;
  /** Whose they are, so that another user's are never shown: compare it with `isSameReader`. */
  reader: string;
}

/** What a list, or a page of one conversation, says of itself: see templates/inbox/_arrivals.html. */
interface ArrivalsData {
  /** When its messages were asked for. */
  asOf: string;
  /** By slug of the secureboxes concerned: how many unread messages it shows; null where it does not have all. */
  shown: Record<string, number | null>;
  /** "1 new message.", "2 new messages." and so on. */
  numbered: string[];
  /** For more than those, or an unknown number. */
  unnumbered: string;
  /** By slug: "Your message to Claims was sent." */
  sent: Record<string, string>;
}

/** Which securebox a message was sent to, and when. */
interface SentMessage {
  sent: string;
  at: string;
}

/** `/accounts/session.json`: seconds until the session ends, without use and whatever happens. */
interface SessionLeft {
  idle: number;
  absolute: number;
}

/** What was being written when the page became another user's, and whether it reached its writer's drafts. */
interface UnsavedText {
  text: string;
  kept: Promise<boolean>;
}

interface DocumentEventMap {
  /** The page is taken away, for another user has signed in: add what it has not saved. */
  readerchanged: CustomEvent<UnsavedText[]>;
  /** Unread counts that are known may be another user's: fetch new ones. */
  refreshunread: CustomEvent<{ isSignedIn: boolean }>;
  /** Save the draft now; the page that asks waits for the promises that are added to the list. */
  savedraft: CustomEvent<Promise<void>[]>;
}
