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
  /** Differs from session to session, so that counts of another session are never shown in this one. */
  session: string;
}

/** `/accounts/session.json`: seconds until the session ends, without use and whatever happens. */
interface SessionLeft {
  idle: number;
  absolute: number;
}

interface DocumentEventMap {
  /** Unread counts that are known may be another user's: fetch new ones. */
  refreshunread: CustomEvent<{ isSignedIn: boolean }>;
  /** Save the draft now; the page that asks waits for the promises that are added to the list. */
  savedraft: CustomEvent<Promise<void>[]>;
}
