// Links from a frame to a window of the portal's own. Where this browser keeps no session, or keeps it for frames only,
// a code in the link's address signs the user in there.

import { tellHost } from "./host-port.js";
import { fetchState, postJson } from "./portal-api.js";

const TOKEN_TIMEOUT_SECONDS = 3;
const CODE_SECONDS = 50; // The server accepts a code for a minute.

/** @type {(token: string | null) => void} */
let resolveToken = () => {};

/**
 * The website's script answered with a token, which `requestToken` waits for.
 *
 * @param {string | null} token
 */
export function receiveToken(token) {
  resolveToken(token);
}

/** @returns {Promise<string | null>} a token for the website's customer; null without one, or without an answer */
function requestToken() {
  return new Promise((resolve) => {
    resolveToken = resolve;
    tellHost("identify");
    setTimeout(resolve, TOKEN_TIMEOUT_SECONDS * 1000, null);
  });
}

/** The draft on this page has to be there in the other window. */
function saveDraft() {
  /** @type {Promise<void>[]} */
  const saving = [];
  document.dispatchEvent(new CustomEvent("savedraft", { detail: saving }));
  return Promise.all(saving);
}

/**
 * @param {HTMLAnchorElement} link
 * @returns {Promise<string>} the link's own address where no code can be had
 */
async function addressWithCode(link) {
  await saveDraft();
  const leadsHere = link.hasAttribute("data-window-here");
  const next = leadsHere ? location.pathname + location.search : new URL(link.href).pathname;
  const state = await fetchState();
  const token = state.signed_in ? undefined : await requestToken();
  if (!state.signed_in && !token) return link.href;
  const { windowUrl = "" } = document.documentElement.dataset;
  const response = await postJson(windowUrl, state.token, { next, token });
  return response.ok ? (await response.json()).url : link.href;
}

/**
 * The address is fetched first and the window opened then, while the browser still counts it as the user's click. Where
 * it does not, as in Safari, the link itself leads there at the next click. `open()` also returns nothing where the
 * window did open, for a website that cuts the tie to windows its pages open: so the second click is only suggested.
 *
 * @param {MouseEvent} event
 */
async function openWindow(event) {
  const link = event.target instanceof Element ? event.target.closest("a[data-window]") : null;
  if (!(link instanceof HTMLAnchorElement) || link.dataset.window === "ready") return;
  event.preventDefault();
  if (link.dataset.window === "pending") return;
  link.dataset.window = "pending";
  const plain = link.href;
  const address = await addressWithCode(link).catch(() => plain);
  const isOpen = open(address, "_blank");
  link.dataset.window = "";
  if (!isOpen) offerSecondClick(link, address);
}

/**
 * @param {HTMLAnchorElement} link
 * @param {string} address is good until its code expires
 */
function offerSecondClick(link, address) {
  const plain = link.href;
  const hint = document.createElement("span");
  hint.className = "press-again";
  hint.role = "status";
  link.after(hint);
  hint.textContent = document.documentElement.dataset.textPressAgain ?? "";
  hint.scrollIntoView({ block: "nearest" });
  link.href = address;
  link.dataset.window = "ready";
  setTimeout(() => {
    hint.remove();
    link.href = plain;
    link.dataset.window = "";
  }, CODE_SECONDS * 1000);
}

export function openWindowsWithCode() {
  document.addEventListener("click", openWindow);
}
