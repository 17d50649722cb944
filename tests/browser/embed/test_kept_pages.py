"""A page that the browser has really kept, in a Chromium of its own: the headless shell of other tests keeps none."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import chromium
from tests.browser.conftest import PATIENCE
from tests.browser.embed.embedding_site import (
    IDENTIFY,
    TOTALS,
    EmbeddingSite,
    frame_of,
    last_event,
    wait_until,
)
from tests.browser.embed.fake_portal import BADGE, LAUNCHER, LOG

pytestmark = [pytest.mark.proof, pytest.mark.slow]

KEPT = 'let wasKept = false; addEventListener("pageshow", ({ persisted }) => (wasKept ||= persisted));'
CLAIMS = '<secure-inbox securebox="claims"></secure-inbox>'
LATER = 60_000  # Milliseconds after which every timeout of the script is over.


@pytest.fixture(scope="module")
def whole_browser(browser: Browser) -> Iterator[Browser]:
    kind = browser.browser_type
    path = chromium.find_whole(kind.executable_path)
    assert path, chromium.BY_HAND
    without = ["--disable-back-forward-cache"]  # Playwright's own setting.
    arguments = ["--site-per-process", *["--no-sandbox"] * (os.geteuid() == 0)]
    with kind.launch(executable_path=path, args=arguments, ignore_default_args=without) as whole:
        yield whole


@pytest.fixture
def kept_page(whole_browser: Browser, site: EmbeddingSite, sandbox, alice, bob) -> Iterator[Page]:
    """Alice has one message that she has not read, and Bob two."""
    for customer in (alice, bob, bob):
        sandbox.add(customer.email, f"For {customer.first_name}", securebox="Claims01")
    site.list_with_hand_off()
    site.customer = alice
    site.answers["/elsewhere/"] = ("text/html", "<!doctype html><title>Elsewhere</title><h1>Elsewhere</h1>")
    with whole_browser.new_context() as context:
        context.set_default_timeout(PATIENCE)
        yield context.new_page()


def show(site: EmbeddingSite, page: Page, body: str) -> None:
    site.write(body, LOG + KEPT + IDENTIFY)
    page.goto(site.url)
    wait_until(page, f"{TOTALS}.at(-1) === 1")


def leave_and_come_back(site: EmbeddingSite, page: Page) -> None:
    page.goto(f"{site.url}/elsewhere/")
    page.go_back(wait_until="commit")  # A page that was kept is not loaded.
    expect(page.get_by_role("heading", level=1)).to_have_text("Company")
    wait_until(page, "wasKept")


def assert_no_problem(page: Page) -> None:
    page.clock.install()
    page.clock.fast_forward(LATER)
    assert page.evaluate(f"{last_event('problem')} ?? null") is None


def test_badge_and_launcher_work_again(site, kept_page):
    show(site, kept_page, BADGE + LAUNCHER)
    leave_and_come_back(site, kept_page)
    wait_until(kept_page, f"{TOTALS}.at(-1) === 1 && {TOTALS}.at(-2) === null")
    expect(kept_page.locator("secure-inbox-badge [aria-hidden]")).to_have_text("1")
    kept_page.locator("[part=button]").click()
    expect(frame_of(kept_page).get_by_role("link", name="For Alice").first).to_be_visible()
    assert_no_problem(kept_page)


@pytest.mark.parametrize("elements", [CLAIMS + BADGE, BADGE + LAUNCHER])
def test_another_customer_who_has_signed_in_meanwhile_sees_their_own(site, kept_page, elements, bob):
    show(site, kept_page, elements)
    if elements != CLAIMS + BADGE:
        kept_page.locator("[part=button]").click()
    expect(frame_of(kept_page).get_by_role("link", name="For Alice").first).to_be_visible()
    site.customer = bob
    leave_and_come_back(site, kept_page)
    expect(frame_of(kept_page).get_by_role("link", name="For Bob").first).to_be_visible()
    wait_until(kept_page, f"{TOTALS}.at(-1) === 2")
    assert frame_of(kept_page).get_by_text("For Alice").count() == 0
    assert_no_problem(kept_page)
