"""The pages that judges look at, as the portal has answered them: see `states`."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, Route, sync_playwright

from tests.browser import chromium
from tests.judges import mail
from tests.judges.front import PROJECT, Front


@dataclass(frozen=True)
class Shown:
    """`path` and `cookies` lead to it once more; `headers` are those that decide what a browser makes of it."""

    name: str
    path: str
    html: str
    headers: dict[str, str]
    cookies: dict[str, str]


def pages(front: Front, folder: Path) -> list[Shown]:
    """They are made once, for all judges."""
    file = folder / "pages.json"
    if not file.exists():
        mail.fill(front.sandbox)
        command = [sys.executable, "-m", "tests.judges.states"]
        made = subprocess.run(  # noqa: S603  A command of our own.
            command, cwd=PROJECT, env=front.environment, check=True, stdout=subprocess.PIPE
        )
        file.write_bytes(made.stdout)
    return [Shown(**page) for page in json.loads(file.read_text())]


@contextmanager
def in_a_browser(front: Front) -> Iterator[Page]:
    """An empty tab. It shows what `show` is given, and gets all else from the portal."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=["--no-sandbox"])
        context = browser.new_context(base_url=front.origin, ignore_https_errors=True)
        yield context.new_page()
        browser.close()


def show(page: Page, shown: Shown) -> None:
    """Show the page without asking the portal again: its state may have passed since."""
    context = page.context
    context.clear_cookies()
    for name, value in shown.cookies.items():
        cookie = {"name": name, "value": value, "domain": "localhost", "path": "/", "secure": True}
        context.add_cookies([cookie])  # type: ignore[list-item]  # Playwright's own type is not public.

    def answer(route: Route) -> None:
        route.fulfill(body=shown.html, headers=shown.headers)

    page.route(lambda address: address.endswith(shown.path), answer, times=1)
    page.goto(shown.path)
