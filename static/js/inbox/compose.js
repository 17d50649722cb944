// The compose form: how much is written, Enter in a line, and what is seen and heard while the message is being sent.

import { find } from "../common/dom.js";
import { numberText } from "../common/wording.js";

const NEARLY_FULL = 0.8; // Of the limit: from here on it is of interest how much is written.
const SPOKEN_AFTER = 3000; // Milliseconds of silence after which a screen reader says that it is still being sent.

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

/**
 * The hint below the message field says how much is written, once that is nearly as much as can be sent.
 *
 * @param {HTMLFormElement} form
 */
export function showCharacterCount(form) {
  const { field, limit } = messageField(form);
  const hint = characterHint(form);
  const most = hint.textContent;
  const update = () => {
    const length = characterCount(field.value);
    const isNearlyFull = length >= limit * NEARLY_FULL;
    const count = field.dataset.count?.replace("NUMBER", () => numberText(length));
    hint.textContent = isNearlyFull && count ? count : most;
    hint.classList.toggle("nearly-full", isNearlyFull);
    hint.classList.toggle("over-limit", length > limit);
  };
  field.addEventListener("input", update);
  update();
}

/** @param {HTMLFormElement} form */
export function characterHint(form) {
  return find(form, "#id_text_helptext", HTMLElement);
}

/**
 * Enter in a line leads to the next field, so that nothing is saved or sent by accident.
 *
 * @param {HTMLFormElement} form
 */
export function moveOnWithEnter(form) {
  form.addEventListener("keydown", (event) => {
    const { target } = event;
    const isLine = target instanceof HTMLInputElement && target.type === "text";
    if (event.key !== "Enter" || event.isComposing || !isLine) return;
    event.preventDefault();
    const fields = [...form.querySelectorAll("input[type=text], textarea")];
    const next = fields[fields.indexOf(target) + 1];
    if (next instanceof HTMLElement) next.focus();
  });
}

/**
 * The buttons are locked while the message is being sent, and the one that was pressed says so.
 *
 * @param {HTMLFormElement} form
 */
export function showSending(form) {
  const { field, limit } = messageField(form);
  const status = find(form, "[data-send-status]", HTMLElement);
  /** @type {(() => void) | null} */
  let unlock = null;
  form.addEventListener("submit", (event) => {
    if (unlock) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    const pressed = event.submitter instanceof HTMLButtonElement ? event.submitter : null;
    const isSaving = pressed?.value === "save";
    // The server would refuse it as well, but a text far over the limit might not come back from there.
    if (!isSaving && characterCount(field.value) > limit) {
      event.preventDefault();
      field.focus();
    } else {
      unlock = lock(form, isSaving ? null : pressed, status);
    }
  });
  // The browser may show this page again from its back/forward cache: it must be usable then.
  addEventListener("pageshow", () => {
    unlock?.();
    unlock = null;
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement | null} pressed the button that sends
 * @param {HTMLElement} status a live region
 * @returns {() => void} makes the form usable again
 */
function lock(form, pressed, status) {
  const buttons = [...form.elements].filter((element) => element instanceof HTMLButtonElement);
  const label = pressed?.textContent ?? "";
  // Later, since a button that is disabled now would not be sent along.
  setTimeout(() => buttons.forEach((button) => (button.disabled = true)));
  if (pressed) pressed.textContent = form.dataset.textSending ?? label;
  const timer = setTimeout(() => pressed && (status.textContent = status.dataset.text ?? ""), SPOKEN_AFTER);
  return () => {
    clearTimeout(timer);
    status.textContent = "";
    for (const button of buttons) button.disabled = false;
    if (pressed) pressed.textContent = label;
  };
}
