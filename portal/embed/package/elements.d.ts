/** The attributes of the elements. The docs say what each does. */

interface Common {
  /** A securebox's short name; without it all of them. */
  securebox?: string;
  /** A language of the portal, such as "en". */
  locale?: string;
  /** Without it, the reader's own setting. */
  "color-scheme"?: "light" | "dark";
}

interface Pages extends Common {
  label?: string;
  "problem-label"?: string;
  "retry-label"?: string;
  "window-label"?: string;
  /** The portal's own address of a message, which the element begins with. */
  link?: string;
  /** Suggested for each new message that is begun here. Never anything confidential. */
  subject?: string;
  /** Suggested values for the securebox's extra fields, written as a query: "PolicyNumber=AB123456&Branch=Ulm". */
  fields?: string;
}

export interface SecureInboxAttributes extends Pages {
  /** In CSS pixels: 4000. */
  "max-height"?: number | string;
}

export interface SecureInboxLauncherAttributes extends Pages {
  /** Right or left, reversed on right-to-left pages. */
  position?: "end" | "start";
  /** The panel alone, for a button of the page's own. */
  "no-button"?: boolean | "";
  "close-label"?: string;
  "unread-label"?: string;
}

export interface SecureInboxBadgeAttributes extends Common {
  "unread-label"?: string;
}
