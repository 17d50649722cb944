// What the three elements have in common.

import { need, release, signedIn } from "./connector.js";
import { LABEL_ATTRIBUTES, labelOf } from "./labels.js";
import { sheet } from "./styles.js";
import { cleanSlug } from "./tools.js";
import { liveRegion, unreadIn } from "./unread.js";

export class PortalElement extends HTMLElement {
  static observedAttributes = ["securebox", "locale", "color-scheme", "link", ...LABEL_ATTRIBUTES];
  root = this.attachShadow({ mode: "open" });
  /** @type {number | null} that was announced last; null while no count was known */
  #announced = null;

  constructor() {
    super();
    this.root.adoptedStyleSheets = [sheet];
  }

  connectedCallback() {
    need(this);
    this.render();
  }

  disconnectedCallback() {
    release(this);
  }

  /** Moved by `moveBefore()`, an element keeps its frame: that it is here lets no other callback be called. */
  connectedMoveCallback() {}

  /**
   * @param {string} _name
   * @param {string | null} before
   * @param {string | null} now
   */
  attributeChangedCallback(_name, before, now) {
    if (this.isConnected && before !== now) this.render();
  }

  /** Show the present counts and attributes. */
  render() {}

  get slug() {
    return cleanSlug(this.getAttribute("securebox"));
  }

  /**
   * A text of the element: the website's, in an attribute, or the portal's.
   *
   * @param {string} name of the attribute
   * @param {string} [count] in place of "{count}"
   * @param {string} [standard] name of the portal's text
   */
  text(name, count = "", standard = name) {
    const text = this.getAttribute(name) ?? labelOf(standard, this.getAttribute("locale") ?? "");
    return text.replaceAll("{count}", count);
  }

  /**
   * Have a screen reader read it out, if the count has grown since it was known last.
   *
   * @param {string} text
   */
  announce(text) {
    const count = unreadIn(this.slug);
    if (this.#announced !== null && count !== null && count > this.#announced) liveRegion.textContent = text;
    this.#announced = signedIn ? (count ?? this.#announced) : null;
  }
}
