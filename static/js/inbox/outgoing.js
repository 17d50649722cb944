// The page of a message that was sent from here: it follows the message until that is sent, or needs a decision.

import { find } from "../common/dom.js";
import { fetchForReader } from "../session/reader.js";
import { announceSentMessages } from "./arrivals.js";

const FIRST_SECONDS = 2;
const MAX_SECONDS = 30;

/** @param {HTMLElement} section */
export function followOutgoing(section) {
  let wait = FIRST_SECONDS;
  const poll = async () => {
    // After an error, the next request may be answered.
    const isPending = await update(section).catch(() => true);
    wait = Math.min(wait * 1.5, MAX_SECONDS);
    if (isPending) setTimeout(poll, wait * 1000);
  };
  setTimeout(poll, wait * 1000);
}

/**
 * @param {HTMLElement} section
 * @returns {Promise<boolean>} whether the message may still change by itself
 */
async function update(section) {
  if (document.hidden) return true;
  const response = await fetchForReader(section.dataset.pollUrl ?? "");
  if (response.status === 401) return false;
  if (!response.ok) return true;
  const { state, due } = await response.json();
  const isChanged = state !== section.dataset.state || due === false;
  // A user who is deciding what to do with the message is not interrupted.
  const isDeciding = section.querySelector("details[open]") !== null;
  return isChanged && !isDeciding ? replaceContent(section) : true;
}

/**
 * Take over the section of a fresh page. The page is not reloaded: the section is a live region, and is read out.
 *
 * @param {HTMLElement} section
 * @returns {Promise<boolean>} whether the message may still change by itself
 */
async function replaceContent(section) {
  const html = await (await fetchForReader(location.href)).text();
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = find(page, "[data-state]", HTMLElement);
  section.replaceChildren(...fresh.childNodes);
  section.className = fresh.className;
  section.dataset.state = fresh.dataset.state;
  document.title = page.title;
  announceSentMessages(section);
  return "pollUrl" in fresh.dataset;
}
