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
