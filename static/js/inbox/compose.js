// The compose form: how much is written, and that a double click sends once.

import { find } from "../common/dom.js";

/**
 * In characters as people and the server count them; `length` would count an emoji as two.
 *
 * @param {string} text
 */
function characterCount(text) {
  return [...text].length;
}

/** @param {HTMLFormElement} form */
function messageField(form) {
  const field = find(form, "textarea[data-limit]", HTMLTextAreaElement);
  return { field, limit: Number(field.dataset.limit) };
}

/** @param {HTMLFormElement} form */
export function showCharacterCount(form) {
  const { field, limit } = messageField(form);
  const output = find(form, "[data-character-count]", HTMLElement);
  const update = () => {
    const length = characterCount(field.value);
    const language = document.documentElement.lang || undefined;
    const values = { NUMBER: length.toLocaleString(language), MOST: limit.toLocaleString(language) };
    const template = output.dataset.template ?? "";
    output.textContent = template.replace("NUMBER", () => values.NUMBER).replace("MOST", () => values.MOST);
    output.classList.toggle("over-limit", length > limit);
  };
  field.addEventListener("input", update);
  update();
}

/** @param {HTMLFormElement} form */
export function preventDoubleSend(form) {
  const button = find(form, "button:not([type=button], [name])", HTMLButtonElement);
  const { field, limit } = messageField(form);
  form.addEventListener("submit", (event) => {
    const isSaving = event.submitter instanceof HTMLButtonElement && event.submitter.value === "save";
    // The server would refuse it as well, but a text far over the limit might not come back from there.
    if (!isSaving && characterCount(field.value) > limit) {
      event.preventDefault();
      field.focus();
    } else {
      setTimeout(() => (button.disabled = true));
    }
  });
  // The browser may show this page again from its back/forward cache: it must be usable then.
  addEventListener("pageshow", () => (button.disabled = false));
}
