"""A number that was asked for while somebody else was signed in comes to nobody who came since."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route

from tests.browser.embed.embedding_site import IDENTIFY, TOTALS, SiteWithPortal, wait_until
from tests.browser.embed.fake_portal import BADGE, LOG

ALICE, BOB = "alice@example.com", "bob@example.com"


@pytest.fixture
def site(far_site) -> SiteWithPortal:
    far_site.enlist_with_hand_off()
    return far_site


@pytest.fixture
def page(site, open_page, sandbox, alice) -> Page:
    """Alice, with one letter, was handed over here; Bob has two."""
    for address in (ALICE, BOB, BOB):
        sandbox.add(address, securebox="Claims01")
    site.customer = alice
    page = open_page()
    page.goto(site.write(BADGE, f"{LOG}{IDENTIFY}"))
    wait_until(page, f"{TOTALS}.includes(1)")
    return page


def ask_slowly(site: SiteWithPortal, page: Page) -> Callable[[], None]:
    """A page without hand-off, whose first numbers wait on the way. Gives what lets them come."""
    held: list[Callable[[], None]] = []

    def hold(route: Route) -> None:
        if held:
            return route.continue_()
        answer = route.fetch()
        held.append(lambda: route.fulfill(response=answer))
        return None

    page.route("**/unread.json", hold)
    page.goto(site.write(BADGE, LOG, "/slow/"))
    for _ in range(500):
        if held:
            return held[0]
        page.wait_for_timeout(10)
    raise AssertionError("Nobody has asked for numbers.")


def test_a_late_number_of_the_customer_before_is_dropped(site, page, bob):
    let_come = ask_slowly(site, page)
    site.customer = bob
    page.evaluate(IDENTIFY)
    wait_until(page, f"{TOTALS}.includes(2)")
    let_come()
    page.wait_for_timeout(300)
    assert 1 not in page.evaluate(TOTALS)


def test_a_late_number_of_another_tab_is_not_taken(site, page, open_page, bob):
    let_come = ask_slowly(site, page)
    site.customer = bob
    other = page.context.new_page()
    other.goto(site.write(BADGE, f"{LOG}{IDENTIFY}"))
    wait_until(other, f"{TOTALS}.includes(2)")
    let_come()
    wait_until(page, f"{TOTALS}.includes(1)")
    other.wait_for_timeout(300)
    assert 1 not in other.evaluate(TOTALS)


def test_a_late_number_does_not_undo_the_signing_out(site, page):
    let_come = ask_slowly(site, page)
    assert page.evaluate("SecureInbox.signOut()") is True
    let_come()
    page.wait_for_timeout(300)
    assert 1 not in page.evaluate(TOTALS)
    assert page.evaluate("log.filter(([name]) => name !== 'unread').at(-1)[0]") == "signedout"


def test_a_number_is_shared_between_the_tabs_of_one_session(site, page, sandbox):
    other = page.context.new_page()
    other.goto(site.write(BADGE, f"{LOG}{IDENTIFY}", "/other/"))
    wait_until(other, f"{TOTALS}.includes(1)")
    sandbox.add(ALICE, securebox="Claims01")
    other.wait_for_timeout(600)  # Until what was counted is old.
    page.reload()
    wait_until(other, f"{TOTALS}.includes(2)")
