"""Searching, in a browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import sign_in

ALICE = "alice@example.com"


@pytest.fixture
def letters(alice, sandbox):
    sandbox.add(ALICE, "Your claim", securebox="Claims01", text="The window is broken.")
    sandbox.add(ALICE, "Your invoice", text="For the new window.")
    sandbox.add(ALICE, "Something else")


def test_a_search_comes_back_as_it_was_and_is_in_no_address(letters, open_page):
    page = open_page()
    sign_in(page)
    page.goto("/search/")
    page.get_by_label("Search for").fill("window")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="2 messages found")).to_be_visible()
    assert page.url.endswith("/search/")
    page.get_by_role("link", name="Your invoice").click()
    expect(page.get_by_role("heading", name="Your invoice")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="2 messages found")).to_be_visible()
    expect(page.get_by_label("Search for")).to_have_value("window")
    page.reload()
    expect(page.get_by_role("heading", name="2 messages found")).to_be_visible()
    assert page.url.endswith("/search/")
    page.go_back()
    expect(page.get_by_label("Search for")).to_have_value("")  # The page before is the empty form.


def test_the_words_in_the_empty_field_have_a_colour_of_ours(alice, sandbox, open_page):
    """Safari's own is too pale to be read, and Firefox lets the field shine through it."""
    page = open_page()
    sign_in(page)
    look = "(node, part) => { const { color, opacity } = getComputedStyle(node, part); return [color, opacity]; }"
    field = page.get_by_placeholder("Search your messages")
    soft = page.locator(".department-note").first
    assert field.evaluate(look, "::placeholder") == soft.evaluate(look)


@pytest.mark.proof
def test_a_search_without_scripts(letters, open_page):
    page = open_page(java_script_enabled=False)
    sign_in(page)
    page.goto("/search/")
    page.get_by_label("Search for").fill("window")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="2 messages found")).to_be_visible()
    page.get_by_role("link", name="Your claim").click()
    page.get_by_role("link", name="Back to search").click()
    expect(page.get_by_label("Search for")).to_have_value("")
