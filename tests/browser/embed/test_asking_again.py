"""The website is asked again which customer is looking where it may have changed, and where it gave no answer."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import FrameLocator, expect

from tests.browser.embed.embedding_site import IDENTIFY, TOTALS, EmbeddingSite, last_event, wait_until
from tests.browser.embed.fake_portal import BADGE
from tests.browser.waiting import wait_on

CLAIMS = '<secure-inbox securebox="claims"></secure-inbox>'
# In a frame: whether a person could ever see the page that asks for a password.
WATCH_FOR_PASSWORD = """
const look = () => {
  const main = document.querySelector("form input[type=password]")?.closest("main");
  const isDrawn = [...document.querySelectorAll("link[rel=stylesheet]")].every(({ sheet }) => sheet);
  if (main && isDrawn && getComputedStyle(main).opacity !== "0") parent.postMessage("password", "*");
};
new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
addEventListener("load", look);
"""
# From a link of the page, which is marked.
LOOK = """() => {
  document.body.classList.add("former");
  new BroadcastChannel("session").postMessage("look");
}"""
FOLLOW_LINK = """link => {
  document.body.classList.add("former");
  location.assign(link.href);
}"""
# Coming from elsewhere: the window gets the focus by the same click, and so looks at its session.
CLICK = """link => {
  document.body.classList.add("former");
  link.click();
  dispatchEvent(new Event("focus"));
}"""
LISTEN = """
const seen = [];
addEventListener("message", ({ data }) => data === "password" && seen.push(data));
"""


@pytest.fixture
def site(cross_site: EmbeddingSite, sandbox, alice) -> EmbeddingSite:
    sandbox.add("alice@example.com", "Your claim", securebox="Claims01")
    cross_site.list_with_hand_off()
    cross_site.customer = alice
    return cross_site


def expect_inbox(frame: FrameLocator) -> None:
    expect(frame.get_by_role("link", name="Your claim")).to_be_visible()


@pytest.mark.parametrize("second", [CLICK, pytest.param(FOLLOW_LINK, marks=pytest.mark.proof)])
def test_a_session_that_ends_begins_again_without_a_password_form(site, open_page, second):
    page = open_page()
    page.clock.install()
    page.add_init_script(f"if (window !== top) {{ {WATCH_FOR_PASSWORD} }}")
    frame = site.show(page, CLAIMS, LISTEN + IDENTIFY)
    expect_inbox(frame)
    if second == CLICK:
        # The portal answers so late that the page itself notices the end of the session before.
        page.route(re.compile(r"/inbox/claims/o\."), lambda _route: None, times=1)
    # Noticed by the page itself; and once a link was followed, so soon after it that the second question has to wait.
    for notice, heading in ((LOOK, "Claims"), (second, "Your claim")):
        # A count that is still under way would tell the page, too, and take it away in the midst of this.
        wait_until(page, f"{TOTALS}.at(-1) === 1")
        page.evaluate("log.length = 0")
        Session.objects.all().delete()
        frame.get_by_role("link", name="Your claim").evaluate(notice)
        page.clock.run_for(2001)
        expect(frame.locator(".former")).to_have_count(0)
        expect(frame.get_by_role("heading", name=heading)).to_be_visible()
    assert page.evaluate("seen") == []


def test_where_the_website_does_not_vouch_the_password_form_is_shown_at_once(site, open_page):
    site.customer = None
    page = open_page()
    page.clock.install()
    frame = site.show(page, CLAIMS, IDENTIFY)
    expect(frame.locator("main")).to_have_css("opacity", "1")
    expect(frame.locator("[data-awaits-hand-off]")).to_have_count(0)
    frame = site.show(page, CLAIMS)
    expect(frame.locator("main")).to_have_css("opacity", "1")
    expect(frame.locator("[data-awaits-hand-off]")).to_have_count(0)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("**/token", "identify"),
        pytest.param(re.compile("/embed/hand-off/"), "unavailable", marks=pytest.mark.proof),
    ],
)
def test_an_answer_that_failed_is_asked_for_again_also_for_a_badge_alone(site, open_page, address, reason):
    page, failures = open_page(), []
    page.clock.install()

    def fail(route) -> None:
        failures.append(route.request.url)
        route.fulfill(status=500)

    page.route(address, fail)
    site.show(page, BADGE, IDENTIFY)
    for times, seconds in enumerate([2, 4], start=1):
        wait_on(page, lambda times=times: len(failures) >= times, f"question {times}")
        page.clock.run_for(seconds * 1000 + 1)
    assert page.evaluate(last_event("problem"))[1] == {"reason": reason}
    page.unroute(address)
    page.clock.run_for(8_001)
    expect(page.locator("secure-inbox-badge")).to_contain_text("1")
