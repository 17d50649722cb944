"""A page that the browser keeps as it is and shows again, by "Back" for example. The headless shell keeps none, so the
test sends the events of one: test_kept_pages.py has real ones.
"""

import re

from playwright.sync_api import Frame, Page, Route, expect

from tests.browser.embed.embedding_site import IDENTIFY, TOTALS, frame_of, last_event, wait_until
from tests.browser.embed.fake_portal import BADGE
from tests.browser.waiting import wait_on

CLAIMS = '<secure-inbox securebox="claims"></secure-inbox>'
SEND = "name => void dispatchEvent(new PageTransitionEvent(name, { persisted: true }))"


def connector(page: Page) -> Frame:
    (found,) = [frame for frame in page.frames if frame.url.endswith("/embed/connect/")]
    return found


def test_a_request_that_leaving_the_page_has_broken_off_is_no_problem(
    cross_site, open_page, sandbox, alice, bob
):
    for customer in (alice, bob, bob):
        sandbox.add(customer.email, f"For {customer.first_name}", securebox="Claims01")
    cross_site.list_with_hand_off()
    cross_site.customer = alice
    page, held = open_page(), list[Route]()
    cross_site.show(page, CLAIMS + BADGE, IDENTIFY)
    wait_until(page, f"{TOTALS}.at(-1) === 1")
    cross_site.customer = bob
    page.route(re.compile("/embed/hand-off/"), lambda route: held.append(route))
    page.evaluate("SecureInbox.refresh()")
    wait_on(page, lambda: held, "the hand-off of Bob")
    connector(page).evaluate(SEND, "pagehide")
    held[0].abort()
    page.unroute(re.compile("/embed/hand-off/"))
    with page.expect_event("framenavigated", lambda frame: frame.url.endswith("/embed/connect/")):
        connector(page).evaluate(SEND, "pageshow")
    page.evaluate(SEND, "pageshow")
    expect(frame_of(page).get_by_role("link", name="For Bob").first).to_be_visible()
    wait_until(page, f"{TOTALS}.at(-1) === 2")
    assert page.evaluate(f"{last_event('problem')} ?? null") is None
