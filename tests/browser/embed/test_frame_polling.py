"""How often a website's page asks for the numbers: not while nobody sees it, and ever more rarely after errors."""

import re

import pytest
from playwright.sync_api import Frame, Page

from tests.browser.embed.embedding_site import IDENTIFY, happened, wait_until
from tests.browser.embed.fake_portal import BADGE

ALICE = "alice@example.com"
NUMBERS = re.compile(r"/unread\.json$")
# Browsers under test show every page as if it were seen.
LOOK = """isHidden => {
  Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture
def page(far_site, open_page, sandbox, alice) -> Page:
    """Alice's badge says 1. From now on, time passes as the tests say."""
    sandbox.add(ALICE, securebox="Claims01")
    far_site.enlist_with_hand_off()
    far_site.customer = alice
    page = open_page()
    page.clock.install()
    far_site.show(page, BADGE, IDENTIFY)
    wait_until(page, total(1))
    return page


def total(number: int) -> str:
    return f"{happened('unread')}?.[1].total === {number}"


def connector(page: Page) -> Frame:
    (found,) = [frame for frame in page.frames if frame.url.endswith("/embed/connect/")]
    return found


@pytest.fixture
def asked(page) -> list[str]:
    """The questions that have been asked since."""
    asked: list[str] = []
    page.on("request", lambda request: NUMBERS.search(request.url) and asked.append(request.url))
    return asked


def wait(page: Page, seconds: int) -> None:
    page.clock.fast_forward(seconds * 1000 + 1)
    page.wait_for_timeout(300)  # For what is asked, and its answer.


def test_a_page_that_nobody_sees_asks_nothing_and_asks_at_once_when_it_is_seen(page, sandbox, asked):
    connector(page).evaluate(LOOK, True)
    wait(page, 30)
    wait(page, 600)
    assert asked == []
    sandbox.add(ALICE, securebox="Claims01")
    page.wait_for_timeout(600)  # Until what was counted is old.
    connector(page).evaluate(LOOK, False)
    wait_until(page, total(2))
    assert len(asked) == 1


def test_after_errors_it_asks_ever_more_rarely_and_recovers(page, asked):
    page.route(NUMBERS, lambda route: route.fulfill(status=503))
    times = []
    for seconds in (30, 30, 30, 60, 60):
        wait(page, seconds)
        times.append(len(asked))
    assert times == [1, 1, 2, 2, 3]
    page.unroute(NUMBERS)
    wait(page, 240)
    wait(page, 30)
    assert len(asked) == 5
