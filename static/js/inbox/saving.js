// Saving all messages of a department: how far the download is. The browser's own download works without it.

import { fieldOf, find } from "../common/dom.js";
import { fetchForReader } from "../session/reader.js";

const SECONDS = 1;
const PATIENCE = 30; // Answers without news after which the page stops asking.

/** @param {HTMLFormElement} form */
export function followSaving(form) {
  form.addEventListener("submit", () => {
    const ticket = newTicket();
    fieldOf(form, "ticket").value = ticket;
    show(form, ticket, PATIENCE);
    // After the form has been sent: a disabled button would not send it.
    setTimeout(() => (find(form, "button", HTMLButtonElement).disabled = true));
    find(form, "[data-saving-end]", HTMLElement).textContent =
      find(form, "[data-saving-end]", HTMLElement).dataset.started ?? "";
  });
}

/** A name for this attempt, which tells it from one before. */
function newTicket() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * @param {HTMLFormElement} form
 * @param {string} ticket
 * @param {number} patience
 */
async function show(form, ticket, patience) {
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
  const progress = await ask(`${form.dataset.stateUrl}?ticket=${ticket}`).catch(() => null);
  if (progress && progress.state !== "unknown") patience = PATIENCE;
  if (progress?.state === "running") showProgress(form, progress);
  if (progress?.state === "complete" || progress?.state === "incomplete" || patience === 0) {
    finish(form, progress?.text ?? "");
  } else {
    show(form, ticket, patience - 1);
  }
}

/**
 * @param {string} url
 * @returns {Promise<{state: string, done: number, total: number, text: string}>}
 */
async function ask(url) {
  return (await fetchForReader(url)).json();
}

/**
 * @param {HTMLFormElement} form
 * @param {{done: number, total: number, text: string}} progress
 */
function showProgress(form, { done, total, text }) {
  const bar = find(form, "progress", HTMLProgressElement);
  find(form, "[data-saving-progress]", HTMLElement).hidden = false;
  bar.max = Math.max(total, 1);
  bar.value = done;
  find(form, "[data-saving-count]", HTMLElement).textContent = text;
}

/**
 * @param {HTMLFormElement} form
 * @param {string} text
 */
function finish(form, text) {
  find(form, "[data-saving-progress]", HTMLElement).hidden = true;
  find(form, "[data-saving-end]", HTMLElement).textContent = text;
  find(form, "button", HTMLButtonElement).disabled = false;
}
