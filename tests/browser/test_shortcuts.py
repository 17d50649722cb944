"""Reading and answering with the keys of the shortcuts."""

import pytest
from playwright.sync_api import expect

from portal.accounts.models import Consumer
from tests.browser.accessibility import axe_violations
from tests.browser.conftest import sign_in

ALICE = "alice@example.com"


@pytest.fixture
def page(alice, sandbox, open_page):
    """Alice's inbox, with three letters."""
    for subject in ("The oldest", "The middle one", "The newest"):
        sandbox.add(ALICE, subject, securebox="Claims01")
    page = open_page()
    sign_in(page)
    page.goto("/inbox/claims/")
    return page


def test_a_message_is_found_opened_and_answered_by_single_keys(page):
    rows = page.locator("a.mail-link")
    for key, row in (("j", 0), ("j", 1), ("j", 2), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        expect(rows.nth(row)).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("j")  # Not while the list of shortcuts is open.
    assert axe_violations(page) == []
    page.keyboard.press("Escape")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The middle one")).to_be_visible()
    page.keyboard.press("e")
    expect(page.get_by_role("button", name="Delete this message")).to_be_focused()
    page.keyboard.press("r")
    text = page.get_by_label("Message", exact=True)
    expect(text).to_be_visible()
    text.focus()
    page.keyboard.type("jerk c?/")  # Nothing but text in a field.
    expect(text).to_have_value("jerk c?/")


@pytest.mark.proof
def test_switched_off_they_do_nothing(page):
    Consumer.objects.filter(email=ALICE).update(uses_shortcuts=False)
    page.reload()
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(page.locator("a.mail-link:focus, dialog[open]")).to_have_count(0)
    assert page.get_by_text("Keyboard shortcuts").count() == 0


@pytest.mark.proof
def test_the_account_menu_offers_the_list(page):
    page.locator(".account-menu > summary").click()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    page.get_by_role("button", name="Close").click()
    expect(page.locator(".account-menu > summary")).to_be_focused()


@pytest.mark.proof
def test_a_slash_leads_to_the_search_and_c_to_a_new_message(page):
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.goto("/inbox/claims/")
    page.keyboard.press("c")
    expect(page).to_have_url("/inbox/claims/compose/")
