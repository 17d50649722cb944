"""What axe finds on a page."""

from functools import cache

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page

CONTRAST = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
ALL_RULES = {"resultTypes": ["violations"]}
# At once: a page that the browser does not draw, such as a frame out of sight, never comes to the end of one.
TRANSITIONS_END = """() => document.getAnimations()
  .filter((one) => one instanceof CSSTransition).forEach((one) => one.finish())"""


def axe_violations(page: Page | Frame) -> list[tuple[str, list[str]]]:
    """Each violated rule, with the HTML of at most three elements that violate it.

    All rules are checked in the colour scheme in which the page is shown. In the other one only colours differ, so
    there contrast alone is checked.
    """
    found = _run(page, ALL_RULES)
    window = page.page if isinstance(page, Frame) else page
    is_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    # Without motion, as contrast would be measured in the middle of a change of colours.
    window.emulate_media(color_scheme="light" if is_dark else "dark", reduced_motion="reduce")
    # Those of Django's admin run all the same.
    page.evaluate(TRANSITIONS_END)
    found += _run(page, CONTRAST)
    window.emulate_media(color_scheme="dark" if is_dark else "light")
    return found


def _run(page: Page | Frame, options: dict[str, object]) -> list[tuple[str, list[str]]]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    violations = page.evaluate("options => axe.run(options).then(({ violations }) => violations)", options)
    return [(found["id"], [node["html"] for node in found["nodes"]][:3]) for found in violations]


@cache
def _axe() -> str:
    """Axe's script, half a megabyte."""
    script: str = Axe().axe_script
    return script
