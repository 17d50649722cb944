// Keyboard shortcuts, for those who have not switched them off. A key does what a link, button or field of the page does:
// where the page has none, it does nothing.

import { find, findAll } from "../common/dom.js";
import { rowAfter, shortcutOf } from "./shortcut-keys.js";

const FIELDS = "input, select, textarea, [contenteditable]";
const ROWS = ".mails a.mail-link";
// By their addresses and names, which stay the same however a page looks. The first that is shown.
const TARGETS = new Map([
  ["c", 'main a[href$="/compose/"]'],
  ["r", 'main [data-compose] textarea[name="text"], main a[href*="/compose/?reply="]'],
  ["e", 'main form[action*="/delete/"] button, main [data-bulk-actions] button[value="delete"]'],
  ["/", 'input[type="search"][name="words"], .site-header a[href*="/search/"]'],
]);

/** @param {HTMLDialogElement} list of all shortcuts */
export function listenForShortcuts(list) {
  const page = () => ({
    isTyping: Boolean(document.activeElement?.matches(FIELDS)),
    isBusy: document.querySelector("dialog[open]") !== null || isMenuOpen(),
  });
  document.addEventListener("keydown", (event) => {
    const shortcut = shortcutOf(event, page());
    if (!shortcut) return;
    const isDone = "step" in shortcut ? goToRow(shortcut.step) : perform(shortcut.action, list);
    // Otherwise "/" is typed into the field that has the focus now, or opens the browser's own search.
    if (isDone) event.preventDefault();
  });
  for (const [key, selector] of TARGETS) {
    for (const target of findAll(document, selector, HTMLElement)) target.setAttribute("aria-keyshortcuts", key);
  }
  offerList(list);
}

/** Whether a menu lies over the page. On a wide screen, one may stand open beside it. */
function isMenuOpen() {
  const menus = findAll(document, ".menu[open] > .menu-items", HTMLElement);
  return menus.some((menu) => getComputedStyle(menu).position !== "static");
}

/**
 * In the account menu, for those who know of no shortcut yet.
 *
 * @param {HTMLDialogElement} list
 */
function offerList(list) {
  const button = find(document, "[data-show-shortcuts]", HTMLButtonElement);
  const menu = document.querySelector(".site-header .menu-address ~ form");
  menu?.before(button);
  button.hidden = menu === null;
  button.addEventListener("click", () => {
    const summary = button.closest("details");
    summary?.removeAttribute("open");
    // The dialog returns the focus to where it was: not to a button that is out of sight by then.
    summary?.querySelector("summary")?.focus();
    list.showModal();
  });
}

/**
 * The focus itself moves: screen readers follow, and Enter opens the message.
 *
 * @param {number} step
 */
function goToRow(step) {
  const rows = findAll(document, ROWS, HTMLAnchorElement).filter((row) => row.checkVisibility());
  const current = rows.findIndex((row) => row === document.activeElement);
  const row = rows[rowAfter(current, step, rows.length)];
  row?.focus();
  return row !== undefined;
}

/**
 * @param {string} action
 * @param {HTMLDialogElement} list
 */
function perform(action, list) {
  if (action === "?") {
    list.showModal();
    return true;
  }
  const targets = findAll(document, TARGETS.get(action) ?? "", HTMLElement);
  const target = targets.find((element) => (element.closest(".confirm") ?? element).checkVisibility());
  if (target) activate(target);
  return target !== undefined;
}

/**
 * Fields get the focus, links and buttons are pressed; but where a button confirms something, it is only shown.
 *
 * @param {HTMLElement} target
 */
function activate(target) {
  const question = target.closest(".confirm");
  if (question instanceof HTMLDetailsElement) question.open = true;
  if (question || target.matches(FIELDS)) target.focus();
  else target.click();
}
