import type { SvelteHTMLElements } from "svelte/elements";
import { get, type Readable } from "svelte/store";
import { unread } from "@securebox-portal/embed/svelte";
import type { SecureInboxUnread } from "@securebox-portal/embed";

export const launcher: SvelteHTMLElements["secure-inbox-launcher"] = { position: "start", "no-button": true, class: "x" };
// @ts-expect-error There is no such place.
export const elsewhere: SvelteHTMLElements["secure-inbox-launcher"] = { position: "left" };
export const store: Readable<SecureInboxUnread> = unread;
export const total: number | null = get(unread).total;
