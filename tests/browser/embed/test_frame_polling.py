"""How often a website's page polls the counts: not while it is hidden, and less and less often after errors."""

import re

import pytest
from playwright.sync_api import Frame, Page

from tests.browser.embed.embedding_site import IDENTIFY, last_event, wait_until
from tests.browser.embed.fake_portal import BADGE

ALICE = "alice@example.com"
COUNTS_URL = re.compile(r"/unread\.json$")
# A browser under test reports every page as visible, so the tests set `hidden` themselves.
SET_HIDDEN = """isHidden => {
  Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture
def page(cross_site, open_page, sandbox, alice) -> Page:
    """Alice's badge shows 1. From then on, the page's clock moves only when the test moves it."""
    sandbox.add(ALICE, securebox="Claims01")
    cross_site.list_with_hand_off()
    cross_site.customer = alice
    page = open_page()
    page.clock.install()
    cross_site.show(page, BADGE, IDENTIFY)
    wait_until(page, total(1))
    return page


def total(number: int) -> str:
    return f"{last_event('unread')}?.[1].total === {number}"


def connector(page: Page) -> Frame:
    (found,) = [frame for frame in page.frames if frame.url.endswith("/embed/connect/")]
    return found


@pytest.fixture
def polls(page) -> list[str]:
    """The requests for counts since then."""
    polls: list[str] = []
    page.on("request", lambda request: COUNTS_URL.search(request.url) and polls.append(request.url))
    return polls


def wait(page: Page, seconds: int) -> None:
    page.clock.fast_forward(seconds * 1000 + 1)
    page.wait_for_timeout(300)  # For the request and its response.


def test_a_hidden_page_does_not_poll_and_polls_at_once_when_shown(page, sandbox, polls):
    connector(page).evaluate(SET_HIDDEN, True)
    wait(page, 30)
    wait(page, 600)
    assert polls == []
    sandbox.add(ALICE, securebox="Claims01")
    connector(page).evaluate(SET_HIDDEN, False)
    wait_until(page, total(2))
    assert len(polls) == 1


@pytest.mark.proof
def test_after_errors_polling_slows_down_and_recovers(page, polls):
    page.route(COUNTS_URL, lambda route: route.fulfill(status=503))
    times = []
    for seconds in (30, 30, 30, 60, 60):
        wait(page, seconds)
        times.append(len(polls))
    assert times == [1, 1, 2, 2, 3]
    page.unroute(COUNTS_URL)
    wait(page, 240)
    wait(page, 30)
    assert len(polls) == 5
