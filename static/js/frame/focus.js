// Where the keyboard's focus and the view go, inside a frame of the company's website.

/** The website's user entered the frame by the keyboard, or opened the panel around it. */
export function focusHeading() {
  const target = document.querySelector("main h1") ?? document.querySelector("main");
  if (!(target instanceof HTMLElement)) return;
  target.tabIndex = -1;
  // Nothing scrolls: the frame may have no size yet, and a user who comes back continues where they were.
  target.focus({ preventScroll: true });
}

/**
 * Escape closes an open menu, and otherwise what the website shows around this frame.
 *
 * @param {() => void} leave
 */
export function handleEscape(leave) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const menu = document.activeElement?.closest("details[open]");
    if (!(menu instanceof HTMLDetailsElement)) return leave();
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
}

/** A link deep in a long page leads to the head of the next one. The first page of a frame scrolls nothing. */
export function scrollToTop() {
  const cameFromHere = document.referrer.startsWith(`${location.origin}/`);
  if (cameFromHere) document.querySelector(".site-header")?.scrollIntoView({ block: "nearest" });
}

/** Browsers honour `autofocus` only in frames of the page's own origin. A user who types outside is not interrupted. */
export function focusFirstError() {
  const field = document.hasFocus() ? document.querySelector("[autofocus]") : null;
  if (field instanceof HTMLElement) field.focus();
}
