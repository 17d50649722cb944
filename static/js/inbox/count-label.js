// The one rule in the scripts for how an unread count is written; `inbox.unread.Unread.label` is the server's.
// Part of /embed/v1.js as well.

/**
 * "3"; "10+" where there may be more; empty for zero and for an unknown count, which is never shown as zero.
 *
 * @param {number | null | undefined} count
 * @param {boolean} isAtLeast
 */
export function countLabel(count, isAtLeast) {
  return count ? `${count}${isAtLeast ? "+" : ""}` : "";
}
