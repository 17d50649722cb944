// When the website is asked which customer is looking. No DOM here: see connector.js.

const MIN_WAIT = 1_000; // Milliseconds between two questions.
const MAX_WAIT = 300_000;

/**
 * @typedef {object} QuestionEffects
 * @property {() => void} ask
 * @property {() => boolean} isHidden
 */

export class CustomerQuestion {
  #effects;
  #askedAt = -Infinity;
  #wait = MIN_WAIT;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {QuestionEffects} effects */
  constructor(effects) {
    this.#effects = effects;
  }

  /** Whether it would be asked at once. */
  get isDue() {
    return !this.#effects.isHidden() && this.#dueIn <= 0;
  }

  /** The customer may have changed, or the last answer was of no use. A hidden tab asks once it is looked at. */
  want() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#effects.isHidden() || this.ask(), Math.max(0, this.#dueIn));
  }

  /** The user is back at this tab, and may have been signed in or out elsewhere meanwhile. */
  returned() {
    this.settle();
    this.want();
  }

  /** The last answer changed nothing. Otherwise each question has to wait longer than the one before. */
  settle() {
    this.#wait = MIN_WAIT;
  }

  ask() {
    clearTimeout(this.#timer);
    this.#askedAt = Date.now();
    this.#wait = Math.min(this.#wait * 2, MAX_WAIT);
    this.#effects.ask();
  }

  get #dueIn() {
    return this.#askedAt + this.#wait - Date.now();
  }
}
