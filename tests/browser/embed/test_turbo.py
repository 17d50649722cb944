"""A website that turns its pages with Turbo Drive: each visit puts a new body into the same document."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.embed.embedding_site import (
    IDENTIFY,
    EmbeddingSite,
    frame_of,
    last_event,
    wait_until,
    wait_until_loaded,
)
from tests.browser.embed.fake_portal import BADGE, LOG
from tests.browser.embed.frameworks import library

pytestmark = [pytest.mark.proof, pytest.mark.slow]

START = """
window.isOneDocument = true;
import("/turbo.js").then(() => (window.isTurboReady = true));
"""
PERMANENT = "<secure-inbox-launcher id='messages' data-turbo-permanent></secure-inbox-launcher>"
ANEW = "<secure-inbox-launcher></secure-inbox-launcher>"
LINKS = "<nav><a href='/'>Home</a> <a href='/offers/'>Offers</a> <a href='/about/'>About</a></nav>"


@pytest.fixture
def visit(cross_site: EmbeddingSite, open_page, sandbox, alice) -> Callable[[str], Page]:
    """Opens the first of three pages with these elements."""
    for subject in ("Your claim", "Your policy"):
        sandbox.add("alice@example.com", subject, securebox="Claims01", text="It is settled.")
    cross_site.list_with_hand_off()
    cross_site.customer = alice
    # Turbo parses what it fetches as HTML, and its progress bar is a style element.
    policy = cross_site.headers["Content-Security-Policy"].replace("; require-trusted-types-for 'script'", "")
    policy = policy.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
    cross_site.headers["Content-Security-Policy"] = policy
    cross_site.answers["/turbo.js"] = ("text/javascript", library("@hotwired/turbo/dist/turbo.es2017-esm.js"))

    def visit(elements: str) -> Page:
        page = open_page()
        cross_site.write(BADGE + LINKS + elements, LOG + START + IDENTIFY)
        kind, home = cross_site.answers["/"]
        for path, heading in {"/offers/": "Offers", "/about/": "About us"}.items():
            cross_site.answers[path] = (kind, home.replace("<h1>Company</h1>", f"<h1>{heading}</h1>"))
        page.goto(cross_site.url)
        wait_until(page, "window.isTurboReady")
        return page

    return visit


def follow(page: Page, link: str, heading: str) -> None:
    page.get_by_role("link", name=link, exact=True).click()
    is_on(page, heading)


def is_on(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    assert page.evaluate("isOneDocument"), "Turbo has not turned the page."
    expect(page.locator("secure-inbox-launcher")).to_have_count(1)


def open_claim(page: Page) -> None:
    page.locator("[part=button]").click()
    frame_of(page).get_by_role("link", name="Your claim").first.click()
    shows_claim(page)


def shows_claim(page: Page) -> None:
    frame = frame_of(page)
    expect(frame.get_by_role("heading", name="Your claim")).to_be_visible()
    wait_until_loaded(frame)


def test_a_permanent_launcher_keeps_its_panel_its_place_and_the_number(visit):
    page = visit(PERMANENT)
    badge, panel = page.locator("secure-inbox-badge [aria-hidden]"), page.get_by_role("dialog")
    expect(badge).to_have_text("2")
    open_claim(page)
    follow(page, "Offers", "Offers")
    expect(panel).to_be_visible()
    shows_claim(page)
    follow(page, "About", "About us")
    shows_claim(page)
    # From Turbo's own cache.
    page.go_back()
    is_on(page, "Offers")
    expect(panel).to_be_visible()
    shows_claim(page)
    page.locator("[part=close]").click()
    follow(page, "Home", "Company")
    expect(page.locator("[part=button]")).to_be_visible()
    expect(panel).to_be_hidden()
    expect(badge).to_have_text("1")
    assert page.evaluate(f"{last_event('problem')} ?? null") is None


def test_a_launcher_of_each_page_keeps_the_panel_open(visit):
    page = visit(ANEW)
    open_claim(page)
    for link, heading in {"Offers": "Offers", "About": "About us", "Home": "Company"}.items():
        follow(page, link, heading)
        expect(page.get_by_role("dialog")).to_be_visible()
        expect(frame_of(page).get_by_role("link", name="Your policy").first).to_be_visible()
    assert page.evaluate(f"{last_event('problem')} ?? null") is None
    assert page.locator("html > div").count() == 1, "There is one connection."


def test_the_number_is_there_at_once_on_the_next_page(visit):
    page = visit(PERMANENT)
    badge = page.locator("secure-inbox-badge [aria-hidden]")
    expect(badge).to_have_text("2")
    page.evaluate(
        "addEventListener('turbo:render', () => { window.number = "
        "document.querySelector('secure-inbox-badge').shadowRoot.textContent })"
    )
    follow(page, "Offers", "Offers")
    wait_until(page, "window.number !== undefined")
    assert page.evaluate("number").startswith("2")
