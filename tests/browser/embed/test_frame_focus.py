"""Where one types on after an error in a frame, for browsers let no frame take the focus by itself."""

import pytest
from playwright.sync_api import expect

from tests.browser.embed.embedding_site import IDENTIFY, document_of
from tests.browser.embed.fake_portal import LAUNCHER

ALICE = "alice@example.com"
CLAIMS = '<secure-inbox securebox="claims"></secure-inbox>'


@pytest.fixture
def frame(site, plain_page):
    site.enlist()
    return site.show(plain_page, f'{CLAIMS}<input aria-label="Search">')


def test_after_a_wrong_password_the_focus_is_on_the_words_about_it(frame):
    frame.get_by_label("E-mail address").fill(ALICE)
    frame.get_by_label("Password", exact=True).fill("wrong-password-x")
    frame.get_by_label("Password", exact=True).press("Enter")
    expect(frame.get_by_role("alert").filter(has_text="is not correct")).to_be_focused()


def test_a_field_that_was_left_empty_has_the_focus(frame):
    frame.get_by_label("E-mail address").fill(ALICE)
    frame.get_by_label("E-mail address").press("Enter")
    frame.locator(".has-error").wait_for()
    expect(frame.get_by_label("Password", exact=True)).to_be_focused()


def test_who_types_on_the_websites_own_page_meanwhile_is_left_there(frame, plain_page):
    button = frame.get_by_role("button", name="Sign in", exact=True)
    button.wait_for()
    search = plain_page.get_by_label("Search")
    search.focus()
    button.evaluate("button => button.form.requestSubmit()")
    frame.locator(".has-error").first.wait_for()
    plain_page.keyboard.type("hail")
    expect(search).to_be_focused()
    expect(search).to_have_value("hail")


def test_who_opens_the_panel_again_is_where_they_were(far_site, open_page, sandbox, alice):
    """The heading that takes the focus moves nothing: where a frame has no size yet, that led astray in Firefox."""
    far_site.enlist_with_hand_off()
    far_site.customer = alice
    for number in range(10):
        sandbox.add(ALICE, f"Letter {number}", securebox="Claims01")
    page = open_page()
    frame = far_site.show(page, LAUNCHER, IDENTIFY)
    page.evaluate("SecureInbox.open({ securebox: 'claims' })")
    frame.get_by_role("link", name="Letter 0").scroll_into_view_if_needed()
    scrolled = document_of(page).evaluate("scrollY")
    page.evaluate("SecureInbox.close()")
    page.get_by_role("button", name="Messages").click()
    expect(frame.get_by_role("heading", name="Claims")).to_be_focused()
    assert document_of(page).evaluate("scrollY") == scrolled > 100
