"""Another user signs in in one tab, or on the website: the other tabs then show that user's messages, or none."""

import pytest
from playwright.sync_api import Page, expect

from inbox.models import OutgoingMessage
from inbox.outgoing.content import decrypt
from tests.browser.conftest import PASSWORD
from tests.browser.embed.embedding_site import (
    IDENTIFY,
    TOTALS,
    frame_of,
    last_event,
    sign_in_within,
    wait_until,
)
from tests.browser.embed.fake_portal import BADGE
from tests.browser.waiting import wait_on

ALICE, BOB = "alice@example.com", "bob@example.com"
CLAIMS = '<secure-inbox securebox="claims"></secure-inbox>'
TAB = CLAIMS + BADGE
# As in a browser that shows the page's window beside another one, from which the user comes back.
COME_BACK = """
document.hasFocus = () => false;
dispatchEvent(new Event("blur"));
dispatchEvent(new Event("focus"));
"""


@pytest.fixture
def letters(sandbox) -> None:
    sandbox.add(ALICE, "For Alice alone", securebox="Claims01")
    for _ in range(4):
        sandbox.add(BOB, "For Bob alone", securebox="Claims01")


def expect_inbox_of(name: str, page: Page) -> None:
    other = {"Alice": "Bob", "Bob": "Alice"}[name]
    expect(frame_of(page).get_by_role("link", name=f"For {name} alone").first).to_be_visible()
    expect(frame_of(page).locator("body")).not_to_contain_text(f"For {other} alone")


def expect_sign_in(page: Page) -> None:
    expect(frame_of(page).get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


def test_other_tabs_are_the_new_customers_and_words_are_kept_for_the_former_one(
    site, open_page, letters, alice, bob
):
    site.list_with_hand_off()
    site.customer = alice
    page = open_page()
    site.show(page, TAB, IDENTIFY)
    expect_inbox_of("Alice", page)
    wait_until(page, f"{TOTALS}.at(-1) === 1")
    badge, writing = page.context.new_page(), page.context.new_page()
    site.show(badge, BADGE, IDENTIFY, "/badge/")
    wait_until(badge, f"{TOTALS}.at(-1) === 1")
    frame = site.show(writing, CLAIMS, IDENTIFY)
    frame.get_by_role("link", name="New message").click()
    frame.get_by_label("Message", exact=True).fill("Not saved yet.")
    site.customer = bob
    site.show(page.context.new_page(), TAB, IDENTIFY, "/other/")
    for each in (page, writing):
        expect_inbox_of("Bob", each)
    for each in (page, badge):
        wait_until(each, f"{TOTALS}.at(-1) === 4")
        totals = each.evaluate(TOTALS)
        assert totals[totals.index(4) - 1] is None, "It is unknown until it is certain whose number it is."
    kept = OutgoingMessage.objects.get()
    assert (kept.consumer, kept.state, decrypt(kept).text) == (alice, "draft", "Not saved yet.")


def test_the_website_is_asked_again_when_the_user_comes_back_to_the_page(
    site, open_page, letters, alice, bob
):
    """A website that neither loads a page nor calls `signOut` where its customers sign in and out."""
    site.list_with_hand_off()
    page = open_page()
    page.clock.install()
    site.show(page, TAB, IDENTIFY)
    expect_sign_in(page)
    for customer in (alice, bob):
        site.customer = customer
        page.clock.fast_forward(1001)
        page.evaluate(COME_BACK)
        expect_inbox_of(customer.first_name, page)
    tokens = site.tokens_issued
    wait_until(page, f"{TOTALS}.at(-1) === 4")
    frame_of(page).locator("body").evaluate("body => body.dataset.mark = 'the same page'")
    page.clock.fast_forward(1001)
    with page.expect_response(lambda answer: answer.url.endswith("/unread.json")):
        page.evaluate("SecureInbox.refresh()")
    wait_on(page, lambda: site.tokens_issued > tokens, "the question who is looking")
    site.customer = None
    page.clock.fast_forward(1001)
    expect(frame_of(page).locator("body")).to_have_attribute("data-mark", "the same page")
    page.evaluate("SecureInbox.refresh()")
    expect_sign_in(page)
    assert page.evaluate(last_event("unread"))[1]["total"] is None


@pytest.mark.proof
def test_on_a_website_without_hand_off_the_former_user_is_taken_away(
    cross_site, open_page, letters, alice, bob
):
    bob.set_password(PASSWORD)
    bob.save()
    cross_site.list_in_portal()
    page = open_page()
    sign_in_within(cross_site.show(page, TAB))
    expect_inbox_of("Alice", page)
    wait_until(page, f"{TOTALS}.at(-1) === 1")
    other = page.context.new_page()
    frame = cross_site.show(other, TAB, path="/other/")
    frame.locator("summary", has_text="Alice").click()
    frame.get_by_role("button", name="Sign out").click()
    expect_sign_in(page)
    sign_in_within(frame, BOB)
    expect_inbox_of("Bob", page)
    wait_until(page, f"{TOTALS}.at(-1) === 4")
