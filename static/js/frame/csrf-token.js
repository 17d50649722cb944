// Frames that are loaded at the same time are each given a form token and its cookie, and the browser keeps the cookie
// that came last. So before the form of a signed-out user is sent, it gets the token that belongs to that cookie.

import { fetchState } from "./portal-api.js";

/** @type {WeakSet<HTMLFormElement>} */
const renewed = new WeakSet();
let isRenewing = false;

/** @param {SubmitEvent} event */
async function renewBeforeSubmit(event) {
  const { target: form, submitter } = event;
  if (!(form instanceof HTMLFormElement)) return;
  const field = form.querySelector("[name=csrfmiddlewaretoken]");
  if (!(field instanceof HTMLInputElement) || renewed.delete(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (isRenewing) return;
  isRenewing = true;
  // Without an answer the form is sent as it is, and the page that answers it names the problem.
  const state = await fetchState().catch(() => null);
  if (state) field.value = state.token;
  isRenewing = false;
  renewed.add(form);
  form.requestSubmit(submitter);
}

export function renewFormTokens() {
  document.addEventListener("submit", renewBeforeSubmit, { capture: true });
}
