// An element that shows pages of the portal, once the second file is there.

import { views } from "./connector.js";
import { PortalElement } from "./element.js";
import { core, loadPages } from "./pages.js";
import { explain, frameRoot, pathOfMessage } from "./portal.js";
import { problemNodes } from "./problem.js";
import { suggestionOf } from "./suggestion.js";
import { createElement, reportProblem } from "./tools.js";

const NEXT_TRY_AFTER = 30_000;

export class Stage extends PortalElement {
  #homeUrl = "";
  #part;
  #handlers;
  /** @type {Page | undefined} that is to be shown once the second file is there */
  #next;
  /** @type {HTMLElement | undefined} in place of what the second file shows */
  #problem;
  /** @type {View | undefined} */
  view;
  /** Whether it is seen. */
  isOpen = true;
  /** @type {HTMLElement | ShadowRoot} where its pages are shown */
  place = this.root;

  /**
   * @param {"page" | "panel"} part
   * @param {MessageHandlers} handlers
   */
  constructor(part, handlers) {
    super();
    this.#part = part;
    this.#handlers = handlers;
  }

  disconnectedCallback() {
    this.view?.detach();
    super.disconnectedCallback();
  }

  /** The path of the page that it begins with. */
  get home() {
    return pathOfMessage(this.getAttribute("link")) || (this.slug && `inbox/${this.slug}/`);
  }

  /** What a new message may begin with. */
  get suggestion() {
    return suggestionOf(this.getAttribute("subject"), this.getAttribute("fields"));
  }

  render() {
    const url = frameRoot(this) + this.home;
    if (this.view) {
      this.view.frame.title = this.text("label");
      if (views.has(this.view) && url !== this.#homeUrl) this.view.load();
    }
    this.#homeUrl = url;
    if (!this.isOpen) this.#problem?.remove();
  }

  /**
   * @param {Page} [page] without it the one that is shown, or the first
   * @param {boolean} [takesFocus]
   */
  async turnTo(page, takesFocus = false) {
    this.#next = page ?? this.#next;
    const focusFrom = document.activeElement;
    const pages = await loadPages();
    if (!this.isConnected) return;
    const focused = document.activeElement;
    const hasMoved = focused !== focusFrom && focused !== document.body;
    this.#problem?.remove();
    if (!pages) return this.#fail();
    if (!this.view) {
      this.view = new pages.View(core, this, this.#part, this.#handlers);
      this.furnish(pages, this.view);
      // Who has moved on while the second file came is left in peace.
      if (hasMoved && focused instanceof HTMLElement) focused.focus({ preventScroll: true });
    }
    const next = this.#next;
    this.#next = undefined;
    if (next || !views.has(this.view)) this.view.load(next?.path, next?.suggestion);
    else if (this.view.hasFailed) this.view.reload();
    if (takesFocus && this.isOpen && !hasMoved) this.view.focus();
  }

  /**
   * The second file is there: put its view into place.
   *
   * @param {Pages} _pages
   * @param {View} view
   */
  furnish(_pages, view) {
    this.place.append(view.box);
  }

  /** The second file did not come. */
  #fail() {
    reportProblem(explain("unavailable"));
    if (!this.isOpen) return;
    const nodes = problemNodes(this, this.#next?.path ?? this.home, () => this.turnTo(undefined, true));
    this.#problem = createElement("div", { part: "problem", class: "lost", role: "status" }, ...nodes);
    this.place.append(this.#problem);
    setTimeout(() => this.#problem?.isConnected && this.turnTo(), NEXT_TRY_AFTER);
  }
}
