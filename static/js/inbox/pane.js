// The list beside a message: where it is longer than the page, the row of what is open is brought into view.

/** @param {HTMLElement} pane */
export function keepCurrentRowInView(pane) {
  const row = pane.querySelector(".mail.current");
  // Hidden, as on phones, it has no height. Not by scrollIntoView(): that would scroll the page as well.
  if (!row || !pane.clientHeight) return;
  const [inner, outer] = [row.getBoundingClientRect(), pane.getBoundingClientRect()];
  if (inner.bottom > outer.bottom) pane.scrollTop += inner.top - outer.top - outer.height / 3;
}
