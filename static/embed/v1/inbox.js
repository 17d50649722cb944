// <secure-inbox>: an inbox in place, as high as what it shows.

import { Stage } from "./stage.js";

const MAX_HEIGHT = 4000; // CSS pixels, where the `max-height` attribute says nothing else.

export class Inbox extends Stage {
  constructor() {
    super("page", { height: ({ height }) => this.#fit(height) });
  }

  connectedCallback() {
    super.connectedCallback();
    this.turnTo();
  }

  /** @param {Page} [page] */
  show(page) {
    this.scrollIntoView({ block: "nearest" });
    this.turnTo(page, true);
  }

  /** @param {unknown} height of the page in the frame */
  #fit(height) {
    const max = Number(this.getAttribute("max-height")) || MAX_HEIGHT;
    if (this.view && Number.isFinite(height)) this.view.box.style.blockSize = `${Math.min(Number(height), max)}px`;
  }
}
