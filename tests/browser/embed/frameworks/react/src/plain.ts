// Without a hook.

import { loadSecureInbox, SecureInboxLoadError, unread } from "@securebox-portal/embed";
import type { SecureInboxUnread } from "@securebox-portal/embed";

export async function plain(portal: string): Promise<SecureInboxUnread | null> {
  try {
    const secureInbox = await loadSecureInbox({ portal, identify: () => null });
    secureInbox.on("problem", ({ reason }) => reason === "cookies");
    return await secureInbox.getUnread();
  } catch (error) {
    return error instanceof SecureInboxLoadError && error.reason === "server" ? unread.get() : null;
  }
}

document.querySelector("secure-inbox-launcher")?.click();
document.addEventListener("secure-inbox:unread", ({ detail }) => detail.total);
(window.SecureInbox ||= []).push(["open"]);
