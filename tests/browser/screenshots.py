"""Takes the README's pictures from a running demo: `make run` in one terminal, `make screenshots` in another."""

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from portal.demo.cast import ANNA
from tests.browser import chromium

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "images"
SIZES = {"wide": (1280, 760), "phone": (390, 760)}


def sign_in(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Email address").fill(ANNA.address)
    page.get_by_label("Password").fill(ANNA.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="Your inbox").wait_for()


def take_all(browser: Browser, root: str, name: str, size: tuple[int, int]) -> None:
    page = browser.new_page(base_url=root, viewport={"width": size[0], "height": size[1]})
    sign_in(page)
    take(page, f"home-{name}")
    page.goto("/inbox/claims/")
    take(page, f"inbox-{name}")
    page.locator(".mail:not(.sent) a", has_text="My bicycle was stolen").click()
    take(page, f"message-{name}")
    page.goto("/accounts/")
    take(page, f"account-{name}")
    page.close()


def take_reply(browser: Browser, root: str, name: str, size: tuple[int, int]) -> None:
    """After the other pictures: it leaves a draft."""
    page = browser.new_page(base_url=root, viewport={"width": size[0], "height": size[1]})
    sign_in(page)
    page.goto("/inbox/claims/")
    page.locator(".mail:not(.sent) a", has_text="My bicycle was stolen").click()
    page.get_by_role("link", name="Reply", exact=True).click()
    page.get_by_label("Message", exact=True).fill("Dear Mr Karim,\n\nplease pay it into my account.\n\nAnna")
    take(page, f"compose-{name}")
    page.close()


def take_website(browser: Browser, root: str, name: str, size: tuple[int, int]) -> None:
    page = browser.new_page(base_url=root, viewport={"width": size[0], "height": size[1]})
    page.goto("/sign-in/")
    form = page.get_by_role("main")
    form.get_by_label("Email address").fill(ANNA.address)
    form.get_by_label("Password").fill(ANNA.password)
    form.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="new messages").wait_for()
    page.get_by_role("link", name="Contact").click()
    page.locator("secure-inbox-launcher").get_by_role("button").click()
    panel = page.frame_locator("secure-inbox-launcher iframe")
    panel.get_by_role("heading", name="Your inbox").wait_for()
    take(page, f"website-{name}")
    page.close()


def take(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=["--no-sandbox", "--hide-scrollbars"]
        )
        for name, size in SIZES.items():
            take_all(browser, sys.argv[1], name, size)
            take_website(browser, sys.argv[2], name, size)
        for name, size in SIZES.items():
            take_reply(browser, sys.argv[1], name, size)
