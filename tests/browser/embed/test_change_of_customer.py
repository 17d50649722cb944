"""Another customer uses the page: until the portal knows who, the previous customer's mail and counts are not shown."""

import re

import pytest
from playwright.sync_api import Page, expect

from portal.embed.views import frame
from tests.browser.embed.embedding_site import IDENTIFY, TOTALS, EmbeddingSite, last_event, wait_until
from tests.browser.embed.fake_portal import BADGE

ALICE, BOB = "alice@example.com", "bob@example.com"
CLAIMS = '<secure-inbox securebox="claims"></secure-inbox>'
SORRY = "We can’t show your messages here right now."

# Records the types of all messages that the portal's documents send to the script.
RECORD_MESSAGES = """
const heard = [];
window.MessageChannel = class extends MessageChannel {
  constructor() {
    super();
    this.port1.addEventListener("message", ({ data }) => heard.push(data.type));
  }
};
"""


@pytest.fixture
def site(cross_site) -> EmbeddingSite:
    cross_site.list_with_hand_off()
    return cross_site


@pytest.fixture
def page(site, open_page, sandbox, alice) -> Page:
    """A page in a browser in which Alice was handed over, and has signed out of the website itself since."""
    sandbox.add(ALICE, "For Alice alone", securebox="Claims01")
    site.customer = alice
    page = open_page()
    site.show(page, CLAIMS + BADGE, IDENTIFY).get_by_role("link", name="For Alice alone").wait_for()
    wait_until(page, f"{TOTALS}.includes(1)")
    site.customer = None
    return page


def expect_only_the_message(page: Page) -> None:
    expect(page.get_by_text(SORRY)).to_be_visible()
    assert page.locator("main iframe").count() == 0
    assert set(page.evaluate(TOTALS)) <= {None}


def test_a_late_identify_hides_the_previous_customer_at_once(site, page, sandbox, bob):
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


@pytest.mark.proof
def test_no_count_is_reported_before_the_customer_is_known(site, page, bob):
    page.route("**/token", lambda _route: None)  # A response that never arrives.
    with page.expect_response(lambda answer: answer.url.endswith("/unread.json")):
        site.show(page, CLAIMS + BADGE, RECORD_MESSAGES + IDENTIFY)
    wait_until(page, "heard.includes('identify')")
    page.wait_for_timeout(300)
    assert "unread" not in page.evaluate("heard") and page.evaluate(TOTALS) == []


@pytest.mark.proof
def test_a_website_without_hand_off_gets_counts_at_once(site, page):
    site.show(page, BADGE)
    wait_until(page, f"{TOTALS}.includes(1)")


@pytest.mark.proof
def test_a_failing_callback_shows_neither_mail_nor_count(site, page):
    page.route("**/token", lambda route: route.fulfill(status=500))
    site.show(page, CLAIMS + BADGE, IDENTIFY)
    expect_only_the_message(page)
    assert page.evaluate(last_event("problem"))[1] == {"reason": "identify"}


@pytest.mark.proof
def test_a_failing_exchange_shows_neither_mail_nor_count(site, page, bob):
    site.customer = bob
    page.route(re.compile("/embed/hand-off/"), lambda route: route.abort())
    site.show(page, CLAIMS + BADGE, IDENTIFY)
    expect_only_the_message(page)
    assert page.evaluate(last_event("problem"))[1] == {"reason": "unavailable"}


@pytest.mark.proof
def test_a_failed_exchange_can_be_tried_again(site, page, bob):
    site.customer = bob
    failing = re.compile("/embed/hand-off/")
    page.route(failing, lambda route: route.fulfill(status=503))
    frame = site.show(page, CLAIMS, IDENTIFY)
    page.get_by_role("button", name="Try again").wait_for()
    page.unroute(failing)
    page.get_by_role("button", name="Try again").click()
    frame.get_by_text("Bob", exact=True).wait_for()


def test_a_rejected_token_leads_to_the_sign_in_page(site, page, bob, settings):
    site.customer = bob
    bob.is_active = False
    bob.save()
    frame = site.show(page, CLAIMS + BADGE, IDENTIFY)
    frame.get_by_role("heading", name="Sign in", exact=True).wait_for()
    assert page.evaluate(last_event("problem"))[1] == {"reason": "refused"}
    assert set(page.evaluate(TOTALS)) <= {None}


@pytest.mark.proof
def test_a_session_that_survives_a_rejected_token_is_not_shown(site, page, alice):
    """A user who signed in with a password stays signed in, but may not be the customer at the page now."""
    page.route("**/token", lambda route: route.fulfill(json={"token": None}))
    frame = site.show(page, CLAIMS + BADGE, IDENTIFY)
    frame.get_by_label("Email address").fill(ALICE)
    frame.get_by_label("Password", exact=True).fill("a-lamp-by-the-window")
    frame.get_by_role("button", name="Sign in", exact=True).click()
    frame.get_by_role("link", name="For Alice alone").wait_for()
    page.unroute("**/token")
    page.route("**/token", lambda route: route.fulfill(json={"token": "of no key"}))
    site.show(page, CLAIMS + BADGE, IDENTIFY)
    expect_only_the_message(page)
    assert page.evaluate(last_event("problem"))[1] == {"reason": "refused"}


@pytest.mark.proof
def test_a_pending_second_step_is_dropped_on_signing_out_at_the_company(site, page, monkeypatch):
    """No user is signed in yet, but the pending sign-in has to end."""
    site.show(page, CLAIMS, IDENTIFY).get_by_role("heading", name="Sign in", exact=True).wait_for()
    monkeypatch.setattr(frame.login, "has_pending_mfa", lambda _request: True)
    with page.expect_request(lambda request: request.url.endswith("/embed/hand-off/")) as posted:
        site.show(page, CLAIMS, IDENTIFY)
    assert posted.value.post_data_json == {"token": None}
