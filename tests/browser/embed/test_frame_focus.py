"""The focus in a frame, after an error for example. Browsers do not let a frame take the focus by itself."""

import pytest
from playwright.sync_api import expect

from tests.browser.embed.embedding_site import IDENTIFY, frame_document
from tests.browser.embed.fake_portal import LAUNCHER

ALICE = "alice@example.com"
CLAIMS = '<secure-inbox securebox="claims"></secure-inbox>'


@pytest.fixture
def frame(site, plain_page):
    site.list_in_portal()
    return site.show(plain_page, f'{CLAIMS}<input aria-label="Search">')


@pytest.mark.proof
def test_after_a_wrong_password_the_message_has_the_focus(frame):
    frame.get_by_label("Email address").fill(ALICE)
    frame.get_by_label("Password", exact=True).fill("wrong-password-x")
    frame.get_by_label("Password", exact=True).press("Enter")
    expect(frame.get_by_role("alert").filter(has_text="is incorrect")).to_be_focused()


def test_a_field_that_was_left_empty_has_the_focus(frame):
    frame.get_by_label("Email address").fill(ALICE)
    frame.get_by_label("Email address").press("Enter")
    frame.locator(".has-error").wait_for()
    expect(frame.get_by_label("Password", exact=True)).to_be_focused()


@pytest.mark.proof
def test_a_frame_does_not_take_the_focus_from_the_websites_page(frame, plain_page):
    button = frame.get_by_role("button", name="Sign in", exact=True)
    button.wait_for()
    search = plain_page.get_by_label("Search")
    search.focus()
    button.evaluate("button => button.form.requestSubmit()")
    frame.locator(".has-error").first.wait_for()
    plain_page.keyboard.type("hail")
    expect(search).to_be_focused()
    expect(search).to_have_value("hail")


@pytest.mark.proof
def test_reopening_the_panel_keeps_the_scroll_position(cross_site, open_page, sandbox, alice):
    """Focusing the heading must not scroll: Firefox scrolled to the wrong place while the frame had no size yet."""
    cross_site.list_with_hand_off()
    cross_site.customer = alice
    for number in range(10):
        sandbox.add(ALICE, f"Letter {number}", securebox="Claims01")
    page = open_page()
    frame = cross_site.show(page, LAUNCHER, IDENTIFY)
    page.evaluate("SecureInbox.open({ securebox: 'claims' })")
    frame.get_by_role("link", name="Letter 0").scroll_into_view_if_needed()
    scrolled = frame_document(page).evaluate("scrollY")
    page.evaluate("SecureInbox.close()")
    page.get_by_role("button", name="Messages").click()
    expect(frame.get_by_role("heading", name="Claims")).to_be_focused()
    assert frame_document(page).evaluate("scrollY") == scrolled > 100
