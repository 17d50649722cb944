"""What can be measured of a page's layout: what is cut off, what overlaps, and whether the focus is to be seen."""

from playwright.sync_api import Frame, Page

# Elements that a person sees and that no part of the page is meant to cut off or to scroll.
_SEEN = """
const root = document.documentElement;
const describe = (node) => `${node.tagName.toLowerCase()}.${node.className}: ${node.textContent.trim().slice(0, 40)}`;
const hides = (node) => getComputedStyle(node).overflowX !== "visible" || getComputedStyle(node).clipPath !== "none";
const isCut = (node) => node !== document.body && node !== root && (hides(node) || isCut(node.parentElement));
const isSeen = (node) => node.checkVisibility({ visibilityProperty: true }) && !isCut(node);
"""

# Beyond either edge: what lies before the beginning of a page cannot even be scrolled to.
_CUT_OFF = f"""() => {{
  {_SEEN}
  const isOut = (node) => {{
    const {{ left, right, width }} = node.getBoundingClientRect();
    return width > 0 && (right > root.clientWidth + 1 || left < -1) && isSeen(node);
  }};
  const out = [...document.body.querySelectorAll("*")].filter(isOut).map(describe);
  return root.scrollWidth > root.clientWidth ? [`scrolls sideways to ${{root.scrollWidth}} pixels`, ...out] : out;
}}"""

# Links, buttons and fields, but for those in bars that stay where they are while the page moves below them.
_OVERLAPS = f"""() => {{
  {_SEEN}
  const floats = (node) => node && (/fixed|sticky/.test(getComputedStyle(node).position) || floats(node.parentElement));
  const nodes = [...document.querySelectorAll("a, button, summary, input, select, textarea")];
  const placed = nodes.filter((node) => isSeen(node) && !floats(node));
  const boxes = placed.map((node) => [node, node.getBoundingClientRect()]);
  const meet = (one, other) =>
    Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1 &&
    Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 1;
  return boxes.flatMap(([node, box], index) =>
    boxes.slice(index + 1)
      .filter(([other, otherBox]) => meet(box, otherBox) && !node.contains(other) && !other.contains(node))
      .map(([other]) => `${{describe(node)}} | ${{describe(other)}}`));
}}"""

# WCAG 2.4.7 and 2.4.11. A field that is hidden on purpose, to be drawn otherwise, has its ring around its label.
_FOCUS = """() => {
  const focused = document.activeElement;
  if (focused === document.body || focused instanceof HTMLIFrameElement) return null;
  const node = focused.classList.contains("visually-hidden") ? focused.closest("label") : focused;
  const { outlineStyle, outlineWidth, opacity } = getComputedStyle(node);
  const name = `${node.tagName.toLowerCase()}.${node.className}: ${node.textContent.trim().slice(0, 40)}`;
  if (outlineStyle === "none" || parseFloat(outlineWidth) < 2 || Number(opacity) < 1) return `no ring: ${name}`;
  const { left, top, width, height } = node.getBoundingClientRect();
  const points = [0.1, 0.5, 0.9].flatMap((x) => [0.1, 0.5, 0.9].map((y) => [left + width * x, top + height * y]));
  const isThere = ([x, y]) => {
    const found = document.elementFromPoint(x, y);
    return found && (node.contains(found) || found.contains(node));
  };
  return points.some(isThere) ? null : `covered: ${name}`;
}"""


def cut_off(page: Page | Frame) -> list[str]:
    """What reaches beyond the page's edges."""
    found: list[str] = page.evaluate(_CUT_OFF)
    return found


def overlaps(page: Page | Frame) -> list[str]:
    """Pairs of links, buttons and fields that lie over each other."""
    found: list[str] = page.evaluate(_OVERLAPS)
    return found


def focus_problem(page: Page | Frame) -> str | None:
    """Why the focus cannot be seen where it is, or None."""
    problem: str | None = page.evaluate(_FOCUS)
    return problem
