// <secure-inbox-launcher>: a button in the corner with the unread count. The panel that it opens is in the second file.

import { views } from "./connector.js";
import { createIcon } from "./icon.js";
import { Stage } from "./stage.js";
import { createElement, emit } from "./tools.js";
import { labelFor, needs } from "./unread.js";

const ENVELOPE = "M4.5 5h15q1.5 0 1.5 1.5v11q0 1.5-1.5 1.5h-15q-1.5 0-1.5-1.5v-11q0-1.5 1.5-1.5zM3.5 7l8.5 6 8.5-6";

// A website that loads its pages by a script puts the launcher, or a new one, into the next page at once.
const REOPEN_WITHIN = 1_000;
let reopenUntil = 0;

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
  #corner = createElement("div", { class: "corner" }, this.#button);
  /** @type {Panel | undefined} */
  #panel;

  constructor() {
    super("panel", { escape: () => this.close() });
    this.isOpen = false;
    this.place = this.#corner;
    this.root.append(this.#corner);
    this.#button.addEventListener("click", () => {
      // Safari does not focus a button that is clicked, and the focus is to return here.
      this.#button.focus();
      if (this.isOpen) this.close();
      else this.show();
    });
    // Who comes near it may press it.
    for (const sign of ["pointerenter", "focus"]) this.#button.addEventListener(sign, () => this.#warm());
  }

  connectedCallback() {
    super.connectedCallback();
    // Above everything else on the page, unless the website has given it a place among its own layers.
    const hasPlace = getComputedStyle(this).getPropertyValue("--secure-inbox-z-index");
    this.#corner.popover = hasPlace ? null : "manual";
    if (!hasPlace) this.#corner.showPopover?.();
    if (Date.now() < reopenUntil) this.show();
    reopenUntil = 0;
  }

  disconnectedCallback() {
    if (this.isOpen) reopenUntil = Date.now() + REOPEN_WITHIN;
    this.close();
    super.disconnectedCallback();
  }

  /** @param {Page} [page] */
  show(page) {
    if (!this.isOpen) {
      closeLaunchers();
      this.isOpen = true;
      this.#panel?.open();
      this.render();
      for (const name of ["open", "opened"]) emit(name);
    }
    this.turnTo(page, true);
  }

  close() {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#panel?.close();
    this.render();
    for (const name of ["close", "closed"]) emit(name);
  }

  /**
   * @param {Pages} pages
   * @param {View} view
   */
  furnish(pages, view) {
    this.#panel = new pages.Panel(this, this.#corner, view.box);
    this.#panel.render();
    if (this.isOpen) this.#panel.open();
  }

  render() {
    super.render();
    const label = this.text("label");
    const count = labelFor(this.slug);
    const name = label + (count && `, ${this.text("unread-label", count)}`);
    this.#badge.textContent = count;
    this.#button.ariaLabel = name;
    this.#button.ariaExpanded = String(this.isOpen);
    this.#panel?.render();
    this.announce(name);
  }

  #warm() {
    if (!this.view || !views.has(this.view)) this.turnTo();
  }
}
