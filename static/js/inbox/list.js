// The list of messages: "All" selects every message on the page.

import { find, findAll } from "../common/dom.js";

/** @param {HTMLFormElement} form */
export function offerSelectAll(form) {
  const label = find(form, "[data-select-all]", HTMLElement);
  const all = find(label, "input", HTMLInputElement);
  const messages = findAll(form, "input[name=reference]", HTMLInputElement);
  label.hidden = false;
  all.addEventListener("change", () => messages.forEach((message) => (message.checked = all.checked)));
  form.addEventListener("change", () => {
    const selected = messages.filter((message) => message.checked).length;
    all.checked = selected === messages.length;
    all.indeterminate = selected > 0 && selected < messages.length;
  });
}
