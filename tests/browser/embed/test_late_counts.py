"""Counts that were requested for one customer are never shown after another customer has signed in."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route

from tests.browser.embed.embedding_site import IDENTIFY, TOTALS, EmbeddingSite, wait_until
from tests.browser.embed.fake_portal import BADGE, LOG
from tests.browser.waiting import wait_on

ALICE, BOB = "alice@example.com", "bob@example.com"


@pytest.fixture
def site(cross_site) -> EmbeddingSite:
    cross_site.list_with_hand_off()
    return cross_site


@pytest.fixture
def page(site, open_page, sandbox, alice) -> Page:
    """A page on which Alice, who has one letter, was handed over. Bob has two."""
    for address in (ALICE, BOB, BOB):
        sandbox.add(address, securebox="Claims01")
    site.customer = alice
    page = open_page()
    page.goto(site.write(BADGE, f"{LOG}{IDENTIFY}"))
    wait_until(page, f"{TOTALS}.includes(1)")
    return page


def delay_counts(site: EmbeddingSite, page: Page) -> Callable[[], None]:
    """Open a page without hand-off and hold its first counts back. Returns a function that delivers them."""
    held: list[Callable[[], None]] = []

    def hold(route: Route) -> None:
        if held:
            return route.continue_()
        answer = route.fetch()
        held.append(lambda: route.fulfill(response=answer))
        return None

    page.route("**/unread.json", hold)
    page.goto(site.write(BADGE, LOG, "/slow/"))
    wait_on(page, lambda: held, "the request for counts")
    return held[0]


@pytest.mark.proof
def test_a_late_count_of_the_previous_customer_is_dropped(site, page, bob):
    deliver = delay_counts(site, page)
    site.customer = bob
    page.evaluate(IDENTIFY)
    wait_until(page, f"{TOTALS}.includes(2)")
    deliver()
    page.wait_for_timeout(300)
    assert 1 not in page.evaluate(TOTALS)


@pytest.mark.proof
def test_a_late_count_from_another_tab_is_not_used(site, page, open_page, bob):
    deliver = delay_counts(site, page)
    site.customer = bob
    other = page.context.new_page()
    other.goto(site.write(BADGE, f"{LOG}{IDENTIFY}"))
    wait_until(other, f"{TOTALS}.includes(2)")
    # The first tab has heard of it, and asked again.
    wait_until(page, f"{TOTALS}.includes(2)")
    deliver()
    other.wait_for_timeout(300)
    assert 1 not in page.evaluate(TOTALS) + other.evaluate(TOTALS)


def test_a_late_count_does_not_undo_signing_out(site, page):
    deliver = delay_counts(site, page)
    assert page.evaluate("SecureInbox.signOut()") is True
    deliver()
    page.wait_for_timeout(300)
    assert 1 not in page.evaluate(TOTALS)
    assert page.evaluate("log.filter(([name]) => name !== 'unread').at(-1)[0]") == "signedout"


@pytest.mark.proof
def test_a_count_is_shared_between_the_tabs_of_one_session(site, page, sandbox):
    other = page.context.new_page()
    other.goto(site.write(BADGE, f"{LOG}{IDENTIFY}", "/other/"))
    wait_until(other, f"{TOTALS}.includes(1)")
    sandbox.add(ALICE, securebox="Claims01")
    page.reload()
    wait_until(other, f"{TOTALS}.includes(2)")
