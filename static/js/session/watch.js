// The warning before the session ends, and the way to the sign-in page when it has ended, in all tabs.

import { find, findAll } from "../common/dom.js";
import { pluralText } from "../common/wording.js";
import { announceReader, askAllTabsToCheckSession, onSessionCheckRequested } from "./channel.js";
import { SessionClock, SessionWatch, coarseTimeLeft } from "./clock.js";
import { pathAhead, watchLinks } from "./followed-link.js";
import { fetchForReader } from "./reader.js";

/**
 * @param {HTMLElement} marker carries the seconds that are left, and a token for forms
 * @returns {SessionWatch}
 */
export function watchSession(marker) {
  const { idle, absolute } = marker.dataset;
  const clock = new SessionClock({ idle: Number(idle), absolute: Number(absolute) });
  const dialog = find(document, "dialog.session-end", HTMLDialogElement);
  const watch = new SessionWatch(clock, {
    fetchLeft: () => fetchLeft(dialog.dataset.stateUrl ?? ""),
    showWarning: () => showWarning(dialog, clock),
    hideWarning: () => dialog.close(),
    leave: () => leave(dialog),
  });
  for (const form of findAll(dialog, "form", HTMLFormElement)) {
    form.append(...findAll(marker, "input", HTMLInputElement).map((field) => field.cloneNode()));
  }
  offerToExtend(find(dialog, "[data-extend]", HTMLFormElement));
  find(dialog, "[data-dismiss]", HTMLElement).addEventListener("click", () => {
    clock.dismissWarning();
    dialog.close();
  });
  dialog.addEventListener("cancel", () => clock.dismissWarning());
  const ask = () => watch.check({ asksServer: true });
  document.addEventListener("visibilitychange", () => document.hidden || ask());
  addEventListener("focus", ask);
  const { reader } = document.documentElement.dataset;
  watchLinks();
  onSessionCheckRequested(reader, ask);
  announceReader(reader);
  watch.check();
  return watch;
}

/**
 * @param {string} url
 * @returns {Promise<SessionLeft | null | undefined>} null where the session has ended, undefined after an error
 */
async function fetchLeft(url) {
  const response = await fetchForReader(url, { headers: { Accept: "application/json" } });
  if (response.status === 204) return null;
  return response.ok ? response.json() : undefined;
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {SessionClock} clock
 */
function showWarning(dialog, clock) {
  const isShown = {
    idle: clock.canExtend,
    absolute: !clock.canExtend,
    draft: document.querySelector("[data-compose]") !== null,
  };
  for (const part of findAll(dialog, "[data-shown-for]", HTMLElement)) {
    part.hidden = !isShown[/** @type {keyof typeof isShown} */ (part.dataset.shownFor)];
  }
  const { unit, number } = coarseTimeLeft(clock.left);
  for (const sentence of findAll(dialog, "[data-time-left]", HTMLElement)) {
    const text = pluralText(sentence.dataset[unit] ?? "", number);
    if (sentence.textContent !== text) sentence.textContent = text;
  }
  if (!dialog.open && dialog.isConnected && clock.shouldOpenWarning) dialog.showModal();
}

/** @param {HTMLDialogElement} dialog */
function leave(dialog) {
  // Several checks may find the end at the same time. Going there again would break off the page that is being loaded.
  if (document.body.hidden) return;
  dialog.close();
  // A draft with unsaved changes prevents it: they are saved first, and the draft's page then says what to do.
  if (!document.dispatchEvent(new Event("sessionended", { cancelable: true }))) return;
  document.body.hidden = true; // The sign-in page may take a while.
  location.replace(`${dialog.dataset.signInUrl}?next=${encodeURIComponent(pathAhead())}&ended`);
}

/** @param {HTMLFormElement} form */
function offerToExtend(form) {
  const problem = find(document, "dialog.session-end [data-problem]", HTMLElement);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.textContent = "";
    try {
      const response = await fetchForReader(form.action, { method: "POST", body: new FormData(form) });
      if (!response.ok && response.status !== 401) throw new Error(String(response.status));
      askAllTabsToCheckSession();
    } catch {
      problem.textContent = problem.dataset.text ?? "";
    }
  });
}
