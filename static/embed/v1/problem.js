// What is shown in place of a page that does not come.

import { ROOT } from "./portal.js";
import { createElement } from "./tools.js";

/**
 * Words, another try, and the page in a window of its own.
 *
 * @param {{ text(name: string): string }} element
 * @param {string} path
 * @param {() => void} tryAgain
 */
export function problemNodes(element, path, tryAgain) {
  const retry = createElement("button", { part: "retry" }, element.text("retry-label"));
  retry.addEventListener("click", tryAgain);
  const link = createElement("a", { part: "window", target: "_blank", rel: "noopener", href: ROOT + path });
  link.append(element.text("window-label"));
  return [createElement("p", {}, element.text("problem-label")), retry, link];
}
