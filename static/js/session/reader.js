// Whose page this is. Every answer of the portal names its reader: if that is somebody else, another user has signed in
// in this browser, and nothing of the first one's stays in sight. All of its state is in the document, since two
// scripts of one page use it.

import { find } from "../common/dom.js";
import { isSameReader } from "./reader-ids.js";

const page = document.documentElement;

/** The reader of a page that was taken away: no answer belongs to it. */
const TAKEN_AWAY = "nobody";

/**
 * As `fetch()`; but an answer for another user takes this page away, and does not reach the caller: what is returned
 * then never settles.
 *
 * @param {string} url
 * @param {RequestInit} [options]
 */
export async function fetchForReader(url, options) {
  const response = await fetch(url, options);
  if (!isForAnother(response)) return response;
  takeAway();
  return new Promise(() => {});
}

/** @param {Response} response */
function isForAnother({ headers }) {
  const { reader } = page.dataset;
  const answered = headers.get("Portal-Reader");
  // Without an id, on the page or in the answer, nobody was signed in there: nothing to compare.
  return Boolean(reader && answered && !isSameReader(reader, answered));
}

/** Show what has happened in place of the page. What was being written goes to its writer's drafts. */
function takeAway() {
  if (page.dataset.reader === TAKEN_AWAY) return;
  page.dataset.reader = TAKEN_AWAY;
  /** @type {UnsavedText[]} */
  const unsaved = [];
  document.dispatchEvent(new CustomEvent("readerchanged", { detail: unsaved }));
  const template = find(document, "template[data-reader-changed]", HTMLTemplateElement);
  const notice = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  const heading = find(notice, "h1", HTMLElement);
  find(notice, "[data-reload]", HTMLAnchorElement).href = location.pathname + location.search;
  for (const text of unsaved) showWhetherKept(notice, text);
  document.title = heading.textContent;
  document.body.replaceChildren(notice);
  heading.focus({ preventScroll: true });
}

/**
 * @param {DocumentFragment} notice
 * @param {UnsavedText} unsaved
 */
async function showWhetherKept(notice, { text, kept }) {
  const [isKept, isLost] = ["[data-kept]", "[data-not-kept]"].map((part) => find(notice, part, HTMLElement));
  find(notice, "textarea", HTMLTextAreaElement).value = text;
  const part = (await kept) ? isKept : isLost;
  if (part) part.hidden = false;
}
