// When a draft is saved, and what becomes of the answers. No DOM here: see draft.js.

export const SAVE_DELAY = 1500; // Milliseconds without a key.
const MAX_SAVE_DELAY = 30_000;

/**
 * @typedef {object} SaveAnswer
 * @property {number} status of the HTTP response
 * @property {string} [version] of the draft at the server
 * @property {string} [saved] the time, as the user reads it
 * @property {string} [url] where the user may continue
 * @property {string} [problem] in the user's language
 * @property {boolean} [kept] whether it was saved for its writer, although another user is signed in
 */

/**
 * @typedef {object} DraftEffects
 * @property {() => Promise<SaveAnswer>} post what the form holds; rejects where it should be tried again
 * @property {() => Promise<SaveAnswer>} surrender the same, where another user is signed in
 * @property {() => void} clearStatus
 * @property {() => void} showSaving
 * @property {(answer: SaveAnswer) => void} showSaved
 * @property {() => void} showOffline
 * @property {(answer: SaveAnswer) => void} showRejected
 * @property {(answer: SaveAnswer) => void} showSignedOut
 * @property {(answer: SaveAnswer) => void} showClosed the message was sent or discarded in another window
 * @property {(answer: SaveAnswer) => void} showConflict the draft was changed in another window
 * @property {(answer: SaveAnswer) => void} adoptVersion the form now stands for what the server holds
 */

export class DraftSaver {
  #effects;
  #step;
  #delay = SAVE_DELAY;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #isChanged = false;
  // Saving would overwrite what another window did, or the form is being sent.
  #isStopped = false;
  /** @type {Promise<void> | null} */
  #saving = null;

  /**
   * @param {{ value: string }} step the form's field that counts the attempts to save and to send
   * @param {DraftEffects} effects
   */
  constructor(step, effects) {
    this.#step = step;
    this.#effects = effects;
  }

  /** Whether a change is not confirmed by the server yet, or cannot be saved. */
  get isUnsettled() {
    return this.#isChanged || this.#saving !== null || this.#isStopped;
  }

  /** Whether leaving the page loses what was typed. */
  get wouldLoseText() {
    return this.#isStopped && this.#isChanged;
  }

  edit() {
    this.#isChanged = true;
    if (this.#isStopped) return;
    this.#effects.clearStatus();
    this.#schedule();
  }

  async save() {
    clearTimeout(this.#timer);
    if (!this.#isChanged || this.#saving || this.#isStopped) return;
    this.#isChanged = false;
    this.#effects.showSaving();
    this.#saving = this.#postAndSettle();
    await this.#saving;
  }

  /** Save the present text, even if an earlier one is still being saved. */
  async saveNow() {
    while (this.#saving) await this.#saving;
    await this.save();
  }

  /** The page is left: send what it holds without waiting for an answer, whatever else is under way. */
  saveOnLeaving() {
    if (this.#isChanged && !this.#isStopped) this.#post().catch(() => {});
    this.#isChanged = false;
  }

  /**
   * The page is another user's now: save for its writer what it holds, whatever else is under way, and nothing later.
   *
   * @returns {Promise<boolean>} whether it was saved
   */
  async surrender() {
    clearTimeout(this.#timer);
    this.#isChanged = false;
    this.#isStopped = true;
    this.#countStep();
    const answer = await this.#effects.surrender().catch(() => null);
    return answer !== null && (answer.kept ?? [200, 401].includes(answer.status));
  }

  /** The form itself is sent, which saves it. */
  submit() {
    this.#countStep();
    this.#isChanged = false;
    this.#isStopped = true;
  }

  /** The page is shown again. */
  resume() {
    this.#isStopped = false;
  }

  /** After a conflict: let the text of this window replace the other one. */
  keepOwnText() {
    this.#isChanged = true;
    this.#isStopped = false;
    return this.save();
  }

  #schedule() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.save(), this.#delay);
  }

  /** The server ignores a request that was sent before one that it has stored, by this number. */
  #countStep() {
    this.#step.value = String(Number(this.#step.value) + 1);
  }

  #post() {
    this.#countStep();
    return this.#effects.post();
  }

  async #postAndSettle() {
    try {
      this.#settle(await this.#post());
      this.#delay = SAVE_DELAY;
    } catch {
      this.#effects.showOffline();
      this.#delay = Math.min(this.#delay * 2, MAX_SAVE_DELAY);
      this.#isChanged = true;
    }
    this.#saving = null;
    if (this.#isChanged) this.#schedule();
  }

  /** @param {SaveAnswer} answer */
  #settle(answer) {
    const { status } = answer;
    this.#isStopped = status === 409 || status === 410;
    if (status === 200) {
      this.#effects.adoptVersion(answer);
      if (this.#isChanged) this.#effects.clearStatus();
      else this.#effects.showSaved(answer);
    } else if (status === 401) {
      this.#effects.showSignedOut(answer);
    } else if (status === 409) {
      this.#effects.showConflict(answer);
    } else if (status === 410) {
      this.#effects.showClosed(answer);
    } else {
      this.#effects.showRejected(answer);
    }
  }
}
