// When the user is warned that the session ends, and when it has ended. No DOM here: see watch.js.

const WARN_SECONDS = 120;
const REMIND_SECONDS = 30;
const CHECK_SECONDS = 10; // Between two looks at the clock during a warning.
const MAX_CHECK_SECONDS = 60;
const MIN_CHECK_SECONDS = 0.5;

/** Reads the clock each time instead of trusting a timer: timers stand still while a laptop sleeps. */
const now = () => Date.now() / 1000;

/** How long the session lasts, as the server said last. Times are in seconds. */
export class SessionClock {
  #endsAt = 0;
  // A warning that the user closed is shown once more, when less than this is left.
  #openBelow = Infinity;

  /** @param {SessionLeft} left */
  constructor(left) {
    this.warnBelow = Math.min(WARN_SECONDS, left.idle / 3);
    /** Whether using the portal puts the end off; before the absolute end of a session it does not. */
    this.canExtend = false;
    this.update(left);
  }

  /** @param {SessionLeft} left */
  update({ idle, absolute }) {
    this.#endsAt = now() + idle;
    this.canExtend = absolute > idle;
  }

  get left() {
    return this.#endsAt - now();
  }

  get isEnding() {
    return this.left <= this.warnBelow;
  }

  get shouldOpenWarning() {
    return this.left <= this.#openBelow;
  }

  /** The user closed the warning. */
  dismissWarning() {
    const remindBelow = Math.min(REMIND_SECONDS, this.warnBelow / 3);
    this.#openBelow = this.left > remindBelow ? remindBelow : 0;
  }

  resetWarning() {
    this.#openBelow = Infinity;
  }

  get secondsToNextCheck() {
    const { left, warnBelow } = this;
    const wait =
      left > warnBelow ? Math.min(left - warnBelow, MAX_CHECK_SECONDS) : Math.min(CHECK_SECONDS, warnBelow / 3);
    return Math.max(wait, MIN_CHECK_SECONDS);
  }
}

/**
 * @typedef {object} SessionEffects
 * @property {() => Promise<SessionLeft | null | undefined>} fetchLeft null where the session has ended, undefined where
 *   the server cannot say; rejects without a connection
 * @property {() => void} showWarning
 * @property {() => void} hideWarning
 * @property {() => void} leave
 */

/** Looks at the clock as often as is needed, and asks the server before it warns or leaves. */
export class SessionWatch {
  #clock;
  #effects;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #questions = 0; // To the server, and not answered yet.
  #hasEnded = false;

  /**
   * @param {SessionClock} clock
   * @param {SessionEffects} effects
   */
  constructor(clock, effects) {
    this.#clock = clock;
    this.#effects = effects;
  }

  async check({ asksServer = false } = {}) {
    clearTimeout(this.#timer);
    if (asksServer || this.#clock.isEnding) {
      this.#hasEnded = !(await this.#isAlive());
      if (this.#hasEnded) return this.#effects.leave();
    }
    if (this.#clock.isEnding) {
      this.#effects.showWarning();
    } else {
      this.#clock.resetWarning();
      this.#effects.hideWarning();
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.check(), this.#clock.secondsToNextCheck * 1000);
  }

  /** Whether the session has ended as far as is known, or the server is being asked: nothing else needs to ask then. */
  get isInDoubt() {
    return this.#hasEnded || this.#questions > 0 || this.#clock.left <= 0;
  }

  /** Another tab may have extended the session, or ended it. Without an answer, the clock decides. */
  async #isAlive() {
    this.#questions += 1;
    try {
      const left = await this.#effects.fetchLeft();
      if (left) this.#clock.update(left);
      return left !== null;
    } catch {
      return this.#clock.left > 0;
    } finally {
      this.#questions -= 1;
    }
  }
}

/**
 * The time that is left, in coarse steps: a screen reader reads out each change.
 *
 * @param {number} left
 * @returns {{ unit: "minutes" | "seconds", number: number }}
 */
export function coarseTimeLeft(left) {
  if (left > 90) return { unit: "minutes", number: Math.round(left / 60) };
  if (left > 45) return { unit: "minutes", number: 1 };
  return { unit: "seconds", number: left > 20 ? 30 : 10 };
}
