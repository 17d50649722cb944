// The row of mailboxes at the head of a page, where there are more tabs than fit.

/** @param {HTMLElement} row */
export function keepCurrentTabInView(row) {
  const current = row.querySelector("[aria-current]");
  // Not by scrollIntoView(): inside a frame it would scroll the website's page as well.
  const showCurrent = () => {
    if (!current) return;
    const [tab, visible] = [current.getBoundingClientRect(), row.getBoundingClientRect()];
    row.scrollLeft += tab.left + tab.width / 2 - (visible.left + visible.width / 2);
  };
  // A frame may have no width yet.
  if (current) new ResizeObserver(showCurrent).observe(row);
}

/**
 * Mark on which sides tabs are out of sight; the style sheet fades those edges.
 *
 * @param {HTMLElement} row
 */
export function fadeOverflowingEdges(row) {
  const markEdges = () => {
    const before = Math.abs(row.scrollLeft); // Negative in languages that are written from right to left.
    const after = row.scrollWidth - row.clientWidth - before;
    row.toggleAttribute("data-more-before", before > 1);
    row.toggleAttribute("data-more-after", after > 1);
  };
  // The list is observed as well: a badge that appears makes its tab wider.
  const sizes = new ResizeObserver(markEdges);
  for (const part of [row, row.firstElementChild]) if (part) sizes.observe(part);
  row.addEventListener("scroll", markEdges, { passive: true });
}
