// How the portal names a reader: by one id for each of its present keys, the newest first, with spaces in between.

/**
 * Whether two answers name the same reader. One of them may be from before a change of the portal's keys.
 *
 * @param {string} one
 * @param {string} other
 */
export function isSameReader(one, other) {
  const ids = one.split(" ");
  return other.split(" ").some((id) => ids.includes(id));
}
