/** Types that the modules of /embed/v1.js share. For the type checker alone. */

type Unread = import("../../../portal/embed/package/v1").SecureInboxUnread;
type SecureInboxApi = import("../../../portal/embed/package/v1").SecureInboxApi;
type TokenCallback = Parameters<SecureInboxApi["identify"]>[0];
type ProblemReason = import("../../../portal/embed/package/v1").SecureInboxProblem["reason"];

/** What the second file gives the first, and the other way round. */
type Pages = typeof import("./shown.js");
type Core = typeof import("./pages.js").core;
type View = import("./view.js").View;
type Panel = import("./panel.js").Panel;

/** What a new message may begin with: a subject, and fields as a query. */
type Suggestion = { subject: string; fields: string };

/** A page of the portal to be shown. Without a path, the element's first one. */
type Page = { path?: string | undefined; suggestion?: Suggestion | undefined };

/** A message from a framed document of the portal. Its fields are checked where they are used. */
type FrameMessage = { type: string; [field: string]: any };
type MessageHandlers = Record<string, (message: FrameMessage) => void>;

/** What happens to a framed document. */
interface FrameLife {
  /** It is shown. */
  hello(): void;
  /** The portal refused to show itself on this website. */
  refused(): void;
  /** It did not answer in time. */
  lost(reason: ProblemReason): void;
}
