// When to ask for the unread counts, and which answers count. No DOM here: see unread.js.

import { isSameReader } from "../session/reader-ids.js";

const POLL_SECONDS = 30;
const MAX_POLL_SECONDS = 300;
const SECONDS_OF_DOUBT = 2; // Between two looks at whether the session has ended.

/**
 * @typedef {object} PollerEffects
 * @property {() => Promise<UnreadCounts | null | undefined>} fetchCounts null when signed out, undefined where
 *   there is no answer
 * @property {() => boolean} isHidden
 * @property {() => boolean} isSessionInDoubt whether it has ended as far as is known, or the server is being asked
 * @property {(counts: UnreadCounts | null) => void} show
 * @property {(counts: UnreadCounts) => void} share with the other tabs and frames that show the same counts
 * @property {() => void} reportSignedOut to all tabs
 */

export class UnreadPoller {
  #effects;
  #isSignedIn;
  #wait = POLL_SECONDS;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  // Another user may have signed in while a request was under way: only the answer to the last one counts.
  #generation = 0;
  // Of what other tabs share, only counts of the reader of the last answer are shown.
  /** @type {string | null | undefined} */
  #reader = null;

  /**
   * @param {PollerEffects} effects
   * @param {boolean} isSignedIn
   */
  constructor(effects, isSignedIn) {
    this.#effects = effects;
    this.#isSignedIn = isSignedIn;
  }

  /** @param {UnreadCounts} [counts] those that the page was made with, which are as good as an answer */
  async begin(counts) {
    if (counts) {
      this.#take(counts);
      this.#schedule(this.#wait);
    } else {
      await this.poll();
    }
  }

  async poll() {
    if (this.#effects.isHidden() || !this.#isSignedIn) return;
    if (this.#effects.isSessionInDoubt()) {
      this.#schedule(SECONDS_OF_DOUBT);
      return;
    }
    this.#generation += 1;
    const generation = this.#generation;
    const counts = await this.#effects.fetchCounts();
    if (generation !== this.#generation) return;
    if (counts === null) {
      this.#apply(null);
      this.#effects.reportSignedOut();
      return;
    }
    if (counts) this.#take(counts);
    this.#wait = counts ? POLL_SECONDS : Math.min(this.#wait * 2, MAX_POLL_SECONDS);
    this.#schedule(this.#wait);
  }

  /**
   * Take over what another tab was answered. This one asks later then, so that one request serves all of them. If the
   * answer was for another user, it asks at once whose session it is.
   *
   * @param {UnreadCounts} counts
   */
  receive(counts) {
    if (!this.#reader) return;
    if (!isSameReader(counts.reader, this.#reader)) {
      this.poll();
      return;
    }
    this.#apply(counts);
    this.#schedule(this.#wait * 1.2);
  }

  /**
   * Forget the counts, which may be another user's, and ask again.
   *
   * @param {boolean} isSignedIn
   */
  restart(isSignedIn) {
    this.#isSignedIn = isSignedIn;
    this.#generation += 1;
    this.#reader = null;
    return this.poll();
  }

  /** @param {UnreadCounts} counts */
  #take(counts) {
    this.#apply(counts);
    this.#effects.share(counts);
  }

  /** @param {UnreadCounts | null} counts */
  #apply(counts) {
    this.#isSignedIn = counts !== null;
    this.#reader = counts?.reader;
    this.#effects.show(counts);
  }

  /** @param {number} seconds */
  #schedule(seconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.poll(), seconds * 1000);
  }
}
