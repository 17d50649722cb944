// The panel of a launcher: next to the page, or on a small screen in place of it.

import { createIcon } from "./icon.js";
import { createElement } from "./tools.js";

// There the panel takes the whole screen.
const SMALL_SCREEN = matchMedia("(max-width: 40rem), (max-height: 30rem)");

/** Looks into shadow trees, where `document.activeElement` names only their host. */
function focusedElement() {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element instanceof HTMLElement ? element : null;
}

/** @typedef {HTMLElement & { root: ShadowRoot, close(): void, text(name: string): string }} PanelElement */

export class Panel {
  #element;
  #title = createElement("div", { part: "title" });
  #close = createElement("button", { part: "close" }, createIcon("cross", "M6 6l12 12M18 6L6 18"));
  #header = createElement("div", { part: "header" }, this.#title, this.#close);
  #dialog = createElement("dialog", { part: "panel", closedby: "closerequest" }, this.#header);
  /** @type {HTMLElement | null} what had the focus before the panel was opened */
  #focusFrom = null;
  #placeAgain = () => this.#place();

  /**
   * @param {PanelElement} element
   * @param {ParentNode} corner
   * @param {Element} content
   */
  constructor(element, corner, content) {
    this.#element = element;
    this.#dialog.append(content);
    corner.append(this.#dialog);
    this.#close.addEventListener("click", () => element.close());
    // Browsers ask for it with Escape, and some on Android with "Back" where the panel fills the screen.
    this.#dialog.addEventListener("cancel", () => element.close());
    // Browsers that do not know `closedby` ask only a modal dialog.
    element.addEventListener("keydown", ({ key }) => {
      if (key === "Escape" && !("closedBy" in this.#dialog)) element.close();
    });
  }

  open() {
    if (this.#dialog.open) return;
    this.#focusFrom = focusedElement();
    // Otherwise the browser returns the focus by itself, also where the panel only changes its place.
    this.#focusFrom?.blur();
    this.#place();
    SMALL_SCREEN.addEventListener("change", this.#placeAgain);
  }

  close() {
    SMALL_SCREEN.removeEventListener("change", this.#placeAgain);
    const isFocusInside = this.#dialog.contains(this.#element.root.activeElement);
    this.#dialog.close();
    if (isFocusInside) this.#focusFrom?.focus({ preventScroll: true });
  }

  render() {
    this.#dialog.ariaLabel = this.#title.textContent = this.#element.text("label");
    this.#close.ariaLabel = this.#element.text("close-label");
  }

  /** Next to the page, or on a small screen in place of it. A user who types in the frame must not notice the change. */
  #place() {
    const focused = this.#element.root.activeElement;
    const { style } = this.#dialog;
    // A frame that loses the focus for a moment, or is not drawn, forgets which of its fields had it.
    focused?.setAttribute("autofocus", "");
    style.display = "flex";
    this.#dialog.close();
    if (SMALL_SCREEN.matches) this.#dialog.showModal();
    else this.#dialog.show();
    style.display = "";
    focused?.removeAttribute("autofocus");
  }
}
