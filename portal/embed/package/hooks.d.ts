/** What the hooks of all frameworks take and give. */

import type { SecureInboxLoadError, SecureInboxOptions } from "./index.js";
import type { SecureInboxApi } from "./v1.js";

export interface SecureInboxState {
  /** Null on the server, and until the script is there. */
  readonly secureInbox: SecureInboxApi | null;
  /** Why the script is not there. */
  readonly error: SecureInboxLoadError | null;
  /** Whether a launcher's panel is open. */
  readonly isOpen: boolean;
  /** Null while it is not known who is looking. */
  readonly isSignedIn: boolean | null;
}

export interface HookOptions extends Partial<SecureInboxOptions> {
  /**
   * Who is signed in on the website, in any form: it is compared, and never sent. Whenever it changes, everything is
   * hidden, and `identify` is asked again.
   */
  customer?: string | number | null;
}
