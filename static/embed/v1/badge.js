// <secure-inbox-badge>: the unread count alone.

import { PortalElement } from "./element.js";
import { createElement } from "./tools.js";
import { labelFor } from "./unread.js";

export class Badge extends PortalElement {
  #count = createElement("span", { "aria-hidden": "true" });
  #words = createElement("span", { class: "words" });
  #badge = createElement("span", { part: "badge" }, this.#count, this.#words);

  constructor() {
    super();
    this.root.append(this.#badge);
  }

  render() {
    const count = labelFor(this.slug);
    const words = this.text("unread-label", count, "badge-label");
    this.#badge.hidden = !count;
    this.#count.textContent = count;
    this.#words.textContent = words;
    this.announce(words);
  }
}
