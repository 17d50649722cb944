// Menus made of <details>: Escape, a press outside and moving on by Tab close them, so that none covers what has the
// focus. Without scripts they push the page down in place of lying on it.

const OPEN = "details:is(.menu, .save-menu)[open]";

/** @param {Element | null} kept the menu that stays open, with whatever it is inside of */
function closeAllBut(kept) {
  for (const menu of document.querySelectorAll(OPEN)) {
    if (menu instanceof HTMLDetailsElement && menu !== kept) menu.open = false;
  }
}

/** @param {EventTarget | null} target */
const menuOf = (target) => (target instanceof Element ? target.closest(OPEN) : null);

/** @param {KeyboardEvent} event */
function closeByEscape(event) {
  const menu = document.querySelector(OPEN);
  if (event.key !== "Escape" || event.defaultPrevented || !menu) return;
  event.preventDefault(); // In a frame, Escape would otherwise close what the website shows around it.
  const summary = menu.querySelector("summary");
  const hadFocus = menu.contains(document.activeElement) || document.activeElement === document.body;
  closeAllBut(null);
  if (hadFocus) summary?.focus();
}

export function closeMenus() {
  document.addEventListener("keydown", closeByEscape);
  document.addEventListener("pointerdown", ({ target }) => closeAllBut(menuOf(target)));
  // No related target: the focus left the window, or nothing has it. The menu is still there when it comes back.
  document.addEventListener("focusout", ({ relatedTarget }) => {
    // Safari focuses no link and no button that is pressed, but what is around it: were its menu closed then, the press
    // would do nothing.
    const isAround = relatedTarget instanceof Element && relatedTarget.querySelector(OPEN);
    if (relatedTarget && !isAround) closeAllBut(menuOf(relatedTarget));
  });
  addEventListener("blur", () => document.activeElement instanceof HTMLIFrameElement && closeAllBut(null));
}
