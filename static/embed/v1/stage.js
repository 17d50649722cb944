// An element that shows pages of the portal.

import { views } from "./connector.js";
import { PortalElement } from "./element.js";
import { frameRoot } from "./portal.js";
import { View } from "./view.js";

export class Stage extends PortalElement {
  #homeUrl = "";
  view;

  /**
   * @param {"page" | "panel"} part
   * @param {MessageHandlers} handlers
   */
  constructor(part, handlers) {
    super();
    this.view = new View(this, part, handlers);
  }

  disconnectedCallback() {
    this.view.detach();
    super.disconnectedCallback();
  }

  /** The path of the page that it begins with. */
  get home() {
    return this.slug && `inbox/${this.slug}/`;
  }

  render() {
    this.view.frame.title = this.text("label");
    const url = frameRoot(this) + this.home;
    if (views.has(this.view) && url !== this.#homeUrl) this.view.load();
    this.#homeUrl = url;
  }
}
