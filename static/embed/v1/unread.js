// The unread counts that the portal last sent, and what shows them.

import { countLabel } from "../../js/inbox/count-label.js";
import { createElement, emit, isObject } from "./tools.js";

/**
 * What needs the connection to the portal: elements on this page, listeners, and calls that wait for an answer.
 *
 * @type {Set<any>}
 */
export const needs = new Set();

/** A live region: what it says is read out by screen readers. */
export const liveRegion = createElement("div", { role: "status" });

/** @type {Readonly<Unread> | null} null while they are unknown */
export let unread = null;

/** @param {unknown} value */
const isCount = (value) => value === null || (Number.isInteger(value) && Number(value) >= 0);

/** @param {FrameMessage} message is dropped where it is not as documented */
export function receiveUnread({ total, secureboxes, as_of, stale, more }) {
  if (!isObject(secureboxes) || ![total, ...Object.values(secureboxes)].every(isCount)) return;
  if (typeof as_of !== "string") return;
  showUnread({
    total,
    secureboxes: Object.freeze(secureboxes),
    as_of,
    stale: stale === true,
    more: Object.freeze(Array.isArray(more) ? more.map(String) : []),
  });
}

/** @param {Unread | null} counts */
export function showUnread(counts) {
  unread = Object.freeze(counts);
  liveRegion.textContent = "";
  for (const each of needs) each.render?.();
  emit("unread", unread ?? { total: null, secureboxes: {}, as_of: null, stale: false, more: [] });
}

/** Forget the counts: they may be another customer's. */
export function clearUnread() {
  if (unread) showUnread(null);
}

/** Forget them without a word, for nothing on this page shows them. */
export function dropUnread() {
  unread = null;
}

/**
 * @param {string} slug empty for all secureboxes together
 * @returns {number | null} null where it is unknown
 */
export function unreadIn(slug) {
  if (!slug) return unread?.total ?? null;
  return unread && Object.hasOwn(unread.secureboxes, slug) ? /** @type {number | null} */ (unread.secureboxes[slug]) : null;
}

/** @param {string} slug empty for all secureboxes together */
export function labelFor(slug) {
  const isMore = slug ? unread?.more.includes(slug) : unread?.more.length;
  return countLabel(unreadIn(slug), Boolean(isMore));
}
