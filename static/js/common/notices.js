// Notices: what came of the last form is read aloud, and each can be closed.

import { find, findAll } from "./dom.js";

/** @param {Element} part of the notice */
function closeNotice(part) {
  part.closest(".notice")?.remove();
  const main = find(document, "main", HTMLElement);
  for (const empty of findAll(main, ".notices:not(:has(.notice))", HTMLElement)) empty.remove();
  main.focus({ preventScroll: true });
}

/**
 * @param {HTMLFormElement} form
 * @param {SubmitEvent} event
 */
async function closeForGood(form, event) {
  event.preventDefault();
  const response = await fetch(form.action, {
    method: "POST",
    body: new FormData(form),
    redirect: "manual",
    keepalive: true,
  }).catch(() => null);
  // The answer is a redirect to this page. Anything else has something to say, and is shown.
  if (response?.type === "opaqueredirect") closeNotice(form);
  else form.submit();
}

/** The first result gets the focus, since a page that loads with it is not announced; not while somebody types outside. */
function focusResult() {
  const result = document.querySelector("[data-results] .notice");
  const hasOtherFocus = document.querySelector("[autofocus]");
  if (result instanceof HTMLElement && !hasOtherFocus && document.hasFocus()) result.focus();
}

export function followNotices() {
  for (const button of findAll(document, "[data-close]", HTMLButtonElement)) {
    button.hidden = false;
    button.addEventListener("click", () => closeNotice(button));
  }
  for (const form of findAll(document, "[data-close-for-good]", HTMLFormElement)) {
    form.addEventListener("submit", (event) => closeForGood(form, event));
  }
  focusResult();
}
