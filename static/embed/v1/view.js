// A frame that is seen: a sign of loading until its page is there, and words where the page does not come.

import { pageSheet } from "./page-styles.js";
import { cleanSlug, createElement, emit, reportProblem } from "./tools.js";

/**
 * The element around a view.
 *
 * @typedef {Element & { home: string, root: ShadowRoot, suggestion: Suggestion, text(name: string): string }} ViewElement
 */

export class View {
  #core;
  #element;
  #problem = createElement("div", { part: "problem", role: "status" });
  // Of the page that is shown or waited for.
  #path = "";
  /** @type {Suggestion | undefined} for the next message alone */
  #suggestion;
  // Counts the pages: a later one replaces one that still waits.
  #generation = 0;
  #isWaiting = false;
  #canResume = false;
  // The portal remembers which page this view showed, so that one that is put elsewhere shows it again.
  #key = String(Math.random());
  #returns = false;
  /** @type {Element | null} what had the focus when it was to move here */
  #focusFrom = null;

  /**
   * @param {Core} core
   * @param {ViewElement} element
   * @param {"page" | "panel"} part
   * @param {MessageHandlers} handlers
   */
  constructor(core, element, part, handlers) {
    this.#core = core;
    this.#element = element;
    element.root.adoptedStyleSheets.push(pageSheet);
    this.box = createElement("div", { class: "view" }, this.#problem);
    /** @type {boolean | undefined} */
    this.signedIn = undefined;
    const life = {
      hello: () => {
        const suggests = this.#suggestion ?? element.suggestion;
        core.introduce(this.frame, part, { view: this.#key, returns: this.#returns, suggests });
        this.#returns = false;
        this.#showPage();
      },
      refused: () => this.#showPage(),
      /** @param {ProblemReason} reason */
      lost: (reason) => {
        this.#showProblem();
        reportProblem(reason);
      },
    };
    this.frame = new core.Frame(this.box, life, {
      ...handlers,
      identify: () => core.identity.sendToken(this.frame, false),
      problem: ({ reason, detail }) => reportProblem(reason, detail),
      session: (message) => this.#receiveSession(message),
      sent: ({ securebox }) => {
        this.#suggestion = undefined;
        emit("sent", { securebox: cleanSlug(String(securebox)) });
      },
    });
  }

  /** @param {FrameMessage} message */
  #receiveSession(message) {
    this.signedIn = message.signedIn;
    this.#canResume = message.canResume === true;
    // A new message is begun once. If this page is loaded again after that, it shows the securebox.
    if (this.signedIn === true) this.#path = /^(inbox\/.+?\/)?/.exec(this.#path)?.[0] ?? "";
    this.#core.setSignedIn(message.signedIn, this.frame);
  }

  /**
   * Show a page of the portal; what was shown before is gone at once.
   *
   * @param {string} [path]
   * @param {Suggestion} [suggestion]
   */
  async load(path = this.#element.home, suggestion = undefined) {
    const { frameRoot, identity, views } = this.#core;
    views.add(this);
    this.#path = path;
    this.#suggestion = suggestion;
    // The website is asked again, once for all views.
    if (identity.known === false) return identity.lock();
    this.clear();
    const generation = this.#generation;
    this.#isWaiting = true;
    await identity.known;
    if (generation !== this.#generation) return;
    this.#isWaiting = false;
    this.frame.load(frameRoot(this.#element) + path, this.#element.text("label"));
  }

  reload() {
    this.load(this.#path, this.#suggestion);
  }

  /** Another user is signed in. A page that has not begun to load will be theirs already. */
  renew() {
    if (this.#isWaiting) return;
    // A page that waits for a user to sign in may know where they were.
    if (this.#canResume) this.frame.send("resume");
    else this.reload();
  }

  clear() {
    this.#generation += 1;
    this.#isWaiting = this.#canResume = false;
    this.frame.unload();
    this.signedIn = undefined;
    this.#setState("loading");
  }

  detach() {
    this.clear();
    this.#returns = true;
    this.#core.views.delete(this);
  }

  get hasFailed() {
    return this.box.dataset.state === "failed";
  }

  fail() {
    this.clear();
    this.#showProblem();
  }

  /** Move the focus into the page, now or once it is there, unless the user has moved it meanwhile. */
  focus() {
    if (this.frame.isConnected) this.frame.focus();
    else this.#focusFrom = document.activeElement;
  }

  #showProblem() {
    const tryAgain = () => {
      this.reload();
      this.focus();
    };
    this.#setState("failed", ...this.#core.problemNodes(this.#element, this.#path, tryAgain));
  }

  #showPage() {
    this.#setState("shown");
    const from = this.#focusFrom;
    this.#focusFrom = null;
    if (from && [from, document.body].includes(/** @type {any} */ (document.activeElement))) this.frame.focus();
  }

  /**
   * @param {"loading" | "shown" | "failed"} state
   * @param {Node[]} problem
   */
  #setState(state, ...problem) {
    this.box.dataset.state = state;
    this.box.ariaBusy = String(state === "loading");
    this.#problem.replaceChildren(...problem);
  }
}
