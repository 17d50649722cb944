"""Somebody else looks now: before the portal knows who, no mail and no number of the customer before is shown."""

import re

import pytest
from playwright.sync_api import Page, expect

from portal.embed.views import frame
from tests.browser.embed.embedding_site import IDENTIFY, TOTALS, SiteWithPortal, happened, wait_until
from tests.browser.embed.fake_portal import BADGE

ALICE, BOB = "alice@example.com", "bob@example.com"
CLAIMS = '<secure-inbox securebox="claims"></secure-inbox>'
SORRY = "Your messages cannot be shown here right now."

# Keeps what sort of thing the portal's documents say to the script.
LISTEN = """
const heard = [];
window.MessageChannel = class extends MessageChannel {
  constructor() {
    super();
    this.port1.addEventListener("message", ({ data }) => heard.push(data.type));
  }
};
"""


@pytest.fixture
def site(far_site) -> SiteWithPortal:
    far_site.enlist_with_hand_off()
    return far_site


@pytest.fixture
def page(site, open_page, sandbox, alice) -> Page:
    """In a browser in which Alice was handed over, and in which the website's own session has ended since."""
    sandbox.add(ALICE, "For Alice alone", securebox="Claims01")
    site.customer = alice
    page = open_page()
    site.show(page, CLAIMS + BADGE, IDENTIFY).get_by_role("link", name="For Alice alone").wait_for()
    wait_until(page, f"{TOTALS}.includes(1)")
    site.customer = None
    return page


def expect_words_alone(page: Page) -> None:
    expect(page.get_by_text(SORRY)).to_be_visible()
    assert page.locator("main iframe").count() == 0
    assert set(page.evaluate(TOTALS)) <= {None}


def test_a_website_that_says_late_who_looks_shows_the_former_customer_no_longer(site, page, sandbox, bob):
    sandbox.add(BOB, "For Bob alone", securebox="Claims01")
    sandbox.add(BOB, "For Bob too", securebox="Claims01")
    frame = site.show(page, CLAIMS + BADGE)
    frame.get_by_role("link", name="For Alice alone").wait_for()
    wait_until(page, f"{TOTALS}.includes(1)")
    site.customer = bob
    page.evaluate("log.length = 0;" + IDENTIFY)
    assert page.locator("main iframe").count() == 0
    frame.get_by_role("link", name="For Bob alone").wait_for()
    wait_until(page, f"{TOTALS}.includes(2)")
    assert page.evaluate(TOTALS)[0] is None and 1 not in page.evaluate(TOTALS)


def test_no_number_is_told_before_it_is_known_whose_it_is(site, page, bob):
    page.route("**/token", lambda _route: None)  # An answer that does not come.
    with page.expect_response(lambda answer: answer.url.endswith("/unread.json")):
        site.show(page, CLAIMS + BADGE, LISTEN + IDENTIFY)
    wait_until(page, "heard.includes('identify')")
    page.wait_for_timeout(300)
    assert "unread" not in page.evaluate("heard") and page.evaluate(TOTALS) == []


def test_a_website_without_hand_off_has_its_numbers_at_once(site, page):
    site.show(page, BADGE)
    wait_until(page, f"{TOTALS}.includes(1)")


def test_a_callback_that_fails_leaves_no_mail_and_no_number(site, page):
    page.route("**/token", lambda route: route.fulfill(status=500))
    site.show(page, CLAIMS + BADGE, IDENTIFY)
    expect_words_alone(page)
    assert page.evaluate(happened("problem"))[1] == {"reason": "identify"}


def test_an_exchange_that_fails_leaves_no_mail_and_no_number(site, page, bob):
    site.customer = bob
    page.route(re.compile("/embed/hand-off/"), lambda route: route.abort())
    site.show(page, CLAIMS + BADGE, IDENTIFY)
    expect_words_alone(page)
    assert page.evaluate(happened("problem"))[1] == {"reason": "unavailable"}


def test_after_an_exchange_that_failed_it_is_tried_again(site, page, bob):
    site.customer = bob
    failing = re.compile("/embed/hand-off/")
    page.route(failing, lambda route: route.fulfill(status=503))
    frame = site.show(page, CLAIMS, IDENTIFY)
    page.get_by_role("button", name="Try again").wait_for()
    page.unroute(failing)
    page.get_by_role("button", name="Try again").click()
    frame.get_by_text("Bob", exact=True).wait_for()


def test_a_token_that_is_refused_ends_in_the_entrance(site, page, bob, settings):
    site.customer = bob
    bob.is_active = False
    bob.save()
    frame = site.show(page, CLAIMS + BADGE, IDENTIFY)
    frame.get_by_role("heading", name="Sign in", exact=True).wait_for()
    assert page.evaluate(happened("problem"))[1] == {"reason": "refused"}
    assert set(page.evaluate(TOTALS)) <= {None}


def test_a_session_that_a_refused_token_leaves_is_not_shown(site, page, alice):
    """Whoever signed in with their password stays so, but may not be who looks now."""
    page.route("**/token", lambda route: route.fulfill(json={"token": None}))
    frame = site.show(page, CLAIMS + BADGE, IDENTIFY)
    frame.get_by_label("E-mail address").fill(ALICE)
    frame.get_by_label("Password", exact=True).fill("a-lamp-by-the-window")
    frame.get_by_role("button", name="Sign in", exact=True).click()
    frame.get_by_role("link", name="For Alice alone").wait_for()
    page.unroute("**/token")
    page.route("**/token", lambda route: route.fulfill(json={"token": "of no key"}))
    site.show(page, CLAIMS + BADGE, IDENTIFY)
    expect_words_alone(page)
    assert page.evaluate(happened("problem"))[1] == {"reason": "refused"}


def test_who_owes_a_second_step_is_forgotten_when_they_sign_out_at_the_company(site, page, monkeypatch):
    """Nobody is signed in, and still there is something to end."""
    site.show(page, CLAIMS, IDENTIFY).get_by_role("heading", name="Sign in", exact=True).wait_for()
    monkeypatch.setattr(frame.login, "has_pending_mfa", lambda _request: True)
    with page.expect_request(lambda request: request.url.endswith("/embed/hand-off/")) as posted:
        site.show(page, CLAIMS, IDENTIFY)
    assert posted.value.post_data_json == {"token": None}
