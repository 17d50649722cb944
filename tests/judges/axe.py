"""Axe on every page and state, on a phone and on a desk, in both colour schemes. Axe does not see what the last two
of these functions look for: what is cut off, and where the focus cannot be seen.
"""

from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Page, ViewportSize

from tests.browser.accessibility import axe_violations
from tests.browser.layout import cut_off, focus_problem
from tests.judges.front import Front
from tests.judges.shown import Shown, in_a_browser, pages, show

SIZES: tuple[ViewportSize, ...] = ({"width": 390, "height": 844}, {"width": 1280, "height": 800})
NARROW: ViewportSize = {"width": 320, "height": 256}  # 1280 by 1024 pixels, enlarged four times.
# The menus cover the page below them, so it is looked at first with them closed.
UNFOLD = """() => {
  const folded = [...document.querySelectorAll("details:not([open])")];
  folded.forEach((one) => (one.open = true));
  document.querySelector(".mails input[type=checkbox]:not(:checked)")?.click();
  return folded.length;
}"""
TABS = 40


def findings(front: Front, folder: Path) -> list[str]:
    found = []
    states = pages(front, folder)
    print(f"  {len(states)} pages and states")
    with in_a_browser(front) as page:
        for state in states:
            show(page, _scriptable(state))
            found += [f"{state.name}: {finding}" for finding in _findings(page)]
    return found


def _scriptable(state: Shown) -> Shown:
    """Letters and saved pages forbid all scripts, and so axe. They have none of their own that could run instead."""
    is_sandboxed = "sandbox" in state.headers.get("Content-Security-Policy", "")
    return replace(state, headers={"Content-Type": "text/html"}) if is_sandboxed else state


def _findings(page: Page) -> list[str]:
    found = _hidden_focus(page)
    for _ in ("folded", "unfolded"):
        for size in SIZES:
            page.set_viewport_size(size)
            found += [f"{rule} at {size['width']} pixels: {nodes}" for rule, nodes in axe_violations(page)]
        if not page.evaluate(UNFOLD):
            break
    return found + _cut_off(page)


def _cut_off(page: Page) -> list[str]:
    found = []
    for size in (NARROW, *SIZES):
        page.set_viewport_size(size)
        found += [f"cut off at {size['width']} pixels: {one}" for one in cut_off(page)]
    return found


def _hidden_focus(page: Page) -> list[str]:
    page.set_viewport_size(SIZES[0])
    problems = set()
    for _ in range(TABS):
        page.keyboard.press("Tab")
        problems.add(focus_problem(page))
    return sorted(filter(None, problems))
