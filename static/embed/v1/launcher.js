// <secure-inbox-launcher>: a button in the corner with the unread count, and the panel that it opens.

import { views } from "./connector.js";
import { Stage } from "./stage.js";
import { createElement, emit } from "./tools.js";
import { labelFor, needs } from "./unread.js";

// There the panel takes the whole screen.
const SMALL_SCREEN = matchMedia("(max-width: 40rem), (max-height: 30rem)");
const ENVELOPE = "M4.5 5h15q1.5 0 1.5 1.5v11q0 1.5-1.5 1.5h-15q-1.5 0-1.5-1.5v-11q0-1.5 1.5-1.5zM3.5 7l8.5 6 8.5-6";

// A website that loads its pages by a script puts the launcher, or a new one, into the next page at once.
const REOPEN_WITHIN = 1_000;
let reopenUntil = 0;

/** Looks into shadow trees, where `document.activeElement` names only their host. */
function focusedElement() {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element instanceof HTMLElement ? element : null;
}

/**
 * @param {string} name
 * @param {string} lines on a ground of 24 by 24
 */
function createIcon(name, lines) {
  const svg = "http://www.w3.org/2000/svg";
  const [icon, path] = [document.createElementNS(svg, "svg"), document.createElementNS(svg, "path")];
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("class", name);
  icon.ariaHidden = "true";
  path.setAttribute("d", lines);
  icon.append(path);
  return icon;
}

/** Close the panel of every launcher on the page. */
export function closeLaunchers() {
  for (const each of [...needs]) if (each instanceof Launcher) each.close();
}

export class Launcher extends Stage {
  #badge = createElement("span", { part: "badge" });
  #button = createElement(
    "button",
    { part: "button", "aria-haspopup": "dialog" },
    createIcon("letter", ENVELOPE),
    createIcon("down", "M6 9l6 6 6-6"),
    this.#badge,
  );
  #title = createElement("div", { part: "title" });
  #close = createElement("button", { part: "close" }, createIcon("cross", "M6 6l12 12M18 6L6 18"));
  #header = createElement("div", { part: "header" }, this.#title, this.#close);
  #panel = createElement("dialog", { part: "panel", closedby: "closerequest" }, this.#header);
  #corner = createElement("div", { class: "corner" }, this.#button, this.#panel);
  #isOpen = false;
  /** @type {HTMLElement | null} what had the focus before the panel was opened */
  #focusFrom = null;
  #placeAgain = () => this.#isOpen && this.#place();

  constructor() {
    super("panel", { escape: () => this.close() });
    this.#panel.append(this.view.box);
    this.root.append(this.#corner);
    this.#button.addEventListener("click", () => {
      // Safari does not focus a button that is clicked, and the focus is to return here.
      this.#button.focus();
      if (this.#isOpen) this.close();
      else this.show();
    });
    this.#close.addEventListener("click", () => this.close());
    // Browsers ask for it with Escape, and some on Android with "Back" where the panel fills the screen.
    this.#panel.addEventListener("cancel", () => this.close());
    // Browsers that do not know `closedby` ask only a modal dialog.
    this.addEventListener("keydown", ({ key }) => {
      if (key === "Escape" && !("closedBy" in this.#panel)) this.close();
    });
  }

  connectedCallback() {
    super.connectedCallback();
    // Above everything else on the page, unless the website has given it a place among its own layers.
    const hasPlace = getComputedStyle(this).getPropertyValue("--secure-inbox-z-index");
    this.#corner.popover = hasPlace ? null : "manual";
    if (!hasPlace) this.#corner.showPopover?.();
    SMALL_SCREEN.addEventListener("change", this.#placeAgain);
    if (Date.now() < reopenUntil) this.show();
    reopenUntil = 0;
  }

  disconnectedCallback() {
    SMALL_SCREEN.removeEventListener("change", this.#placeAgain);
    if (this.#isOpen) reopenUntil = Date.now() + REOPEN_WITHIN;
    this.close();
    super.disconnectedCallback();
  }

  get isOpen() {
    return this.#isOpen;
  }

  /** @param {string} [path] */
  show(path) {
    if (!this.#isOpen) {
      closeLaunchers();
      this.#isOpen = true;
      this.#focusFrom = focusedElement();
      // Otherwise the browser returns the focus by itself, also where the panel only changes its place.
      this.#focusFrom?.blur();
      this.#place();
      this.render();
      emit("open");
    }
    if (path !== undefined || !views.has(this.view)) this.view.load(path);
    else if (this.view.hasFailed) this.view.reload();
    this.view.focus();
  }

  close() {
    if (!this.#isOpen) return;
    const isFocusInside = this.#panel.contains(this.root.activeElement);
    this.#isOpen = false;
    this.#panel.close();
    if (isFocusInside) this.#focusFrom?.focus({ preventScroll: true });
    this.render();
    emit("close");
  }

  render() {
    super.render();
    const label = this.text("label");
    const count = labelFor(this.slug);
    const name = label + (count && `, ${this.text("unread-label", count)}`);
    this.#badge.textContent = count;
    this.#button.ariaLabel = name;
    this.#button.ariaExpanded = String(this.#isOpen);
    this.#panel.ariaLabel = this.#title.textContent = label;
    this.#close.ariaLabel = this.text("close-label");
    this.announce(name);
  }

  /** Next to the page, or on a small screen in place of it. A user who types in the frame must not notice the change. */
  #place() {
    const focused = this.root.activeElement;
    const { style } = this.#panel;
    // A frame that loses the focus for a moment, or is not drawn, forgets which of its fields had it.
    focused?.setAttribute("autofocus", "");
    style.display = "flex";
    this.#panel.close();
    if (SMALL_SCREEN.matches) this.#panel.showModal();
    else this.#panel.show();
    style.display = "";
    focused?.removeAttribute("autofocus");
  }
}
