// The link that was followed last. Its page may still be on its way when a script is about to leave this one.

const ON_ITS_WAY = 10_000; // Milliseconds. A link to a file leads away from no page.

/** @type {MouseEvent | undefined} */
let click;

export function watchLinks() {
  document.addEventListener("click", (event) => (click = event));
}

/** @returns {string} the path of the page that is being loaded, or else of this one */
export function pathAhead() {
  const { pathname, search } = linkAhead() ?? location;
  return pathname + search;
}

function linkAhead() {
  // Scripts that take a link over have prevented the click's default by now.
  if (!click || click.defaultPrevented || performance.now() - click.timeStamp > ON_ITS_WAY) return null;
  const link = click.target instanceof Element ? click.target.closest("a[href]") : null;
  if (!(link instanceof HTMLAnchorElement) || link.origin !== location.origin) return null;
  const opensElsewhere = link.target || click.ctrlKey || click.metaKey || click.shiftKey || click.altKey;
  return opensElsewhere ? null : link;
}
