"""What axe finds on a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page


def axe_violations(page: Page | Frame) -> list[tuple[str, list[str]]]:
    """Each violated rule, with the HTML of at most three elements that violate it."""
    violations = Axe().run(page).response["violations"]
    return [(found["id"], [node["html"] for node in found["nodes"]][:3]) for found in violations]
