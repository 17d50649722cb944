// Which customer is looking. It is unknown while the website is asked, and nothing is shown until it is known. No DOM
// here: see connector.js.

import { pause } from "./tools.js";

const ANSWER_TIMEOUT = 5_000;

/**
 * @typedef {object} IdentityEffects
 * @property {(message: "identifies" | "signOut") => void} lock hide everything, and tell the portal
 * @property {(isKnown: boolean) => void} unlock show pages; where the customer stays unknown, show a problem instead
 * @property {(key: unknown) => void} need keep the connection to the portal for this
 * @property {(key: unknown) => void} release
 * @property {(reason: ProblemReason) => void} reportProblem
 */

export class Identity {
  /** @type {TokenCallback | null} the website's function that gives a token for the customer who is looking */
  callback = null;
  /** @type {boolean | Promise<boolean>} whether the customer is known; a promise while the website is asked */
  known = true;
  /** Whether the portal has to be told to sign out, now or as soon as it is back. */
  mustSignOut = false;
  #effects;
  // Counts the questions to the website: an answer to an earlier one says nothing about the present customer.
  #generation = 0;
  /** @type {(isKnown: boolean | Promise<boolean>) => void} */
  #resolveKnown = () => {};
  /** @type {(isDone: boolean) => void} */
  #resolveSignOut = () => {};
  /** @type {Promise<boolean> | null} */
  #signingOut = null;

  /** @param {IdentityEffects} effects */
  constructor(effects) {
    this.#effects = effects;
  }

  /** @param {TokenCallback} callback */
  identify(callback) {
    this.callback = callback;
    this.mustSignOut = false;
    this.lock();
    this.#effects.need("identify");
  }

  /** Another customer may be looking from now on. Everything is hidden until the customer is known. */
  lock() {
    const resolveBefore = this.#resolveKnown;
    const pending = new Promise((resolve) => (this.#resolveKnown = resolve));
    this.known = pending;
    // Code that waits for an earlier answer waits for this one.
    resolveBefore(pending);
    setTimeout(() => {
      if (this.known !== pending) return;
      this.resolve(false);
      this.#effects.reportProblem("slow");
    }, ANSWER_TIMEOUT);
    this.#generation += 1;
    this.#effects.lock(this.mustSignOut ? "signOut" : "identifies");
  }

  /**
   * Ask the website for a token, and send it to the frame that asked.
   *
   * @param {{ send: (type: string, fields?: object) => void }} frame
   * @param {boolean} isConnector only the connector's token decides who is looking
   */
  async sendToken(frame, isConnector) {
    if (!this.callback) return;
    if (isConnector) this.#generation += 1;
    const turn = this.#generation;
    let token;
    try {
      token = await this.callback();
    } catch {
      // The website's own error. It counts as no answer, and is reported as a problem.
    }
    if (turn !== this.#generation) return;
    if (token === null || typeof token === "string") return frame.send("token", { token, turn });
    if (isConnector) {
      frame.send("noToken");
      // Asked again while pages are shown, it may be the website's network that fails: they stay.
      if (this.known !== true) this.resolve(false);
    }
    this.#effects.reportProblem("identify");
  }

  /**
   * The portal has used a token.
   *
   * @param {unknown} turn the generation that the token was sent with
   * @param {boolean} isKnown
   */
  handedOff(turn, isKnown) {
    if (turn === this.#generation) this.resolve(isKnown);
  }

  /** The portal confirms that no user is signed in. */
  signedOut() {
    this.#resolveSignOut(true);
    if (this.mustSignOut) this.resolve(true);
    this.mustSignOut = false;
  }

  /** The portal could not do what it was asked for. */
  failed() {
    this.#resolveSignOut(false);
    if (this.mustSignOut) this.resolve(false);
  }

  /** A second call while the first is under way gets the same answer: whether the portal has confirmed it. */
  signOut() {
    this.#signingOut ??= this.#signOut().finally(() => (this.#signingOut = null));
    return this.#signingOut;
  }

  async #signOut() {
    this.callback = null;
    this.mustSignOut = true;
    const confirmed = new Promise((resolve) => (this.#resolveSignOut = resolve));
    const outcome = Promise.race([confirmed, pause(ANSWER_TIMEOUT, false)]);
    this.#effects.need(outcome);
    this.lock();
    const isDone = await outcome;
    if (isDone) {
      if (!this.callback) this.#effects.release("identify");
      // Without a confirmation the connection is kept, and the portal told when it is back.
      this.#effects.release(outcome);
    }
    return isDone;
  }

  /**
   * The customer is known, or will stay unknown.
   *
   * @param {boolean} isKnown
   */
  resolve(isKnown) {
    this.known = isKnown;
    this.#resolveKnown(isKnown);
    this.#effects.unlock(isKnown);
  }
}
