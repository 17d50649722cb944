"""Your devices: one browser can end another browser's session."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def sign_in(page):
    page.goto("/accounts/login/")
    page.get_by_label("Email address").fill("alice@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="Your inbox").wait_for()


@pytest.mark.proof
def test_a_session_on_another_device_can_be_ended(alice, open_page):
    this_browser, other_browser = open_page(), open_page(user_agent=FIREFOX)
    sign_in(other_browser)
    sign_in(this_browser)
    this_browser.goto("/accounts/devices/")
    this_browser.get_by_role("button", name="Firefox on Linux, signed in").click()
    expect(this_browser.get_by_role("status")).to_contain_text("Firefox on Linux was signed out.")
    expect(this_browser.get_by_role("button", name="Firefox on Linux")).to_have_count(0)
    other_browser.goto("/inbox/claims/")
    expect(other_browser.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(other_browser.get_by_role("status")).to_contain_text("You were signed out because")
