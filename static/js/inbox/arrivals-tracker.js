// What has arrived since a page was made. No DOM here: see arrivals.js.

/**
 * Compares the unread counts with what a page shows. An answer that is older than the page tells nothing about it.
 */
export class ArrivalsTracker {
  #madeAt;
  /** @type {Map<string, number | null>} by slug, what of the counts the page shows; null before that is known */
  #shown;

  /** @param {ArrivalsData} page */
  constructor({ asOf, shown }) {
    this.#madeAt = Date.parse(asOf);
    this.#shown = new Map(Object.entries(shown));
  }

  /**
   * @param {UnreadCounts} counts
   * @returns {{ number: number, isAtLeast: boolean } | null} the new messages; null where the counts do not tell
   */
  compare({ as_of, secureboxes, more }) {
    if (Date.parse(as_of) < this.#madeAt) return null;
    let [number, isAtLeast] = [0, false];
    for (const [slug, shown] of this.#shown) {
      const count = secureboxes[slug];
      if (count === null || count === undefined) continue;
      // What is read elsewhere lowers the count: the next message that arrives raises it from there.
      const known = Math.min(shown ?? count, count);
      this.#shown.set(slug, known);
      number += count - known;
      if (count > known && more.includes(slug)) isAtLeast = true;
    }
    return { number, isAtLeast };
  }

  /**
   * Whether a message that was sent from another tab is missing on the page.
   *
   * @param {SentMessage} message
   */
  misses({ sent, at }) {
    return this.#shown.has(sent) && Date.parse(at) > this.#madeAt;
  }
}

/**
 * The sentence for so many new messages. The page has one for each number from 1 on, since the forms of a plural differ
 * between languages, and one without a number.
 *
 * @param {{ number: number, isAtLeast: boolean }} arrived
 * @param {Pick<ArrivalsData, "numbered" | "unnumbered">} texts
 */
export function arrivalsText({ number, isAtLeast }, { numbered, unnumbered }) {
  if (!number) return "";
  return (isAtLeast ? undefined : numbered[number - 1]) ?? unnumbered;
}
