// A frame that is seen: a sign of loading until its page is there, and words where the page does not come.

import { identity, introduce, setSignedIn, views } from "./connector.js";
import { Frame } from "./frame.js";
import { ROOT, frameRoot } from "./portal.js";
import { createElement, reportProblem } from "./tools.js";

/**
 * The element around a view.
 *
 * @typedef {Element & { home: string, text(name: string): string }} ViewElement
 */

export class View {
  #element;
  #problem = createElement("div", { part: "problem", role: "status" });
  // Of the page that is shown or waited for.
  #path = "";
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
   * @param {ViewElement} element
   * @param {"page" | "panel"} part
   * @param {MessageHandlers} handlers
   */
  constructor(element, part, handlers) {
    this.#element = element;
    this.box = createElement("div", { class: "view" }, this.#problem);
    /** @type {boolean | undefined} */
    this.signedIn = undefined;
    const life = {
      hello: () => {
        introduce(this.frame, part, { view: this.#key, returns: this.#returns });
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
    this.frame = new Frame(this.box, life, {
      ...handlers,
      identify: () => identity.sendToken(this.frame, false),
      problem: ({ reason, detail }) => reportProblem(reason, detail),
      session: (message) => this.#receiveSession(message),
    });
  }

  /** @param {FrameMessage} message */
  #receiveSession(message) {
    this.signedIn = message.signedIn;
    this.#canResume = message.canResume === true;
    // A new message is begun once. If this page is loaded again after that, it shows the securebox.
    if (this.signedIn === true) this.#path = /^(inbox\/.+?\/)?/.exec(this.#path)?.[0] ?? "";
    setSignedIn(message.signedIn, this.frame);
  }

  /**
   * Show a page of the portal; what was shown before is gone at once.
   *
   * @param {string} [path]
   */
  async load(path = this.#element.home) {
    views.add(this);
    this.#path = path;
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
    this.load(this.#path);
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
    views.delete(this);
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
    const retry = createElement("button", { part: "retry" }, this.#element.text("retry-label"));
    retry.addEventListener("click", () => {
      this.reload();
      this.focus();
    });
    const href = ROOT + this.#path;
    const link = createElement("a", { part: "window", target: "_blank", rel: "noopener", href });
    link.append(this.#element.text("window-label"));
    this.#setState("failed", createElement("p", {}, this.#element.text("problem-label")), retry, link);
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
