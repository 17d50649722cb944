"""The end of a session in a browser: a warning in every tab, and no text lost."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, sign_in
from tests.browser.passing_time import let_pass

IDLE, ABSOLUTE = 1800, 36_000  # Seconds. The warning comes two minutes before the end.


@pytest.fixture
def page(settings, alice, open_page) -> Page:
    """Alice's, signed in, on a clock that a test can move."""
    settings.SESSION_COOKIE_AGE, settings.SESSION_ABSOLUTE_SECONDS = IDLE, ABSOLUTE
    page = open_page()
    page.clock.install()
    sign_in(page)
    return page


def warning(page):
    return page.get_by_role("dialog", name="Are you still there?")


def test_one_key_extends_the_session(page):
    page.goto("/inbox/claims/")
    let_pass(page, IDLE - 100)
    expect(warning(page)).to_be_visible()
    let_pass(page, 85)
    expect(warning(page)).to_contain_text("10 seconds")
    expect(page.get_by_role("button", name="Stay signed in")).to_be_focused()
    page.keyboard.press("Enter")
    expect(warning(page)).to_be_hidden()
    let_pass(page, IDLE - 200)
    assert page.request.get("/accounts/session.json").status == 200


def test_doing_nothing_leads_to_sign_in_and_back(page):
    page.goto("/inbox/claims/?status=unread")
    let_pass(page, IDLE + 1)
    page.wait_for_url(re.compile(r"/accounts/login/\?next="))
    expect(page.get_by_role("status")).to_contain_text("You were signed out because")
    page.get_by_label("Email address").fill("alice@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/inbox/claims/?status=unread")


@pytest.mark.proof
def test_a_dismissed_warning_returns_once_before_the_end(page):
    page.goto("/inbox/claims/")
    let_pass(page, IDLE - 100)
    expect(warning(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(warning(page)).to_be_hidden()
    let_pass(page, 80)
    expect(warning(page)).to_be_visible()


@pytest.mark.proof
def test_the_absolute_end_offers_no_extension(settings, page):
    settings.SESSION_ABSOLUTE_SECONDS = IDLE // 2
    page.goto("/inbox/claims/")
    let_pass(page, IDLE // 2 - 60)
    expect(warning(page)).to_be_visible()
    expect(warning(page)).to_contain_text("You’ve been signed in for a long time")
    expect(page.get_by_role("button", name="Stay signed in")).to_be_hidden()
    page.get_by_role("button", name="OK").click()
    expect(warning(page)).to_be_hidden()


def test_signing_out_in_one_tab_signs_out_the_others(alice, open_page):
    page = open_page()
    sign_in(page)
    page.goto("/inbox/claims/")
    other = page.context.new_page()
    other.goto("/inbox/billing/")
    refused = []
    page.context.on("response", lambda answer: answer.status >= 400 and refused.append(answer.url))
    page.locator("summary", has_text="Alice").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    other.wait_for_url(re.compile(r"/accounts/login/\?next="))
    expect(other.get_by_text("You were signed out because")).to_be_visible()
    assert refused == [], "What is known to have ended is not asked for."


def test_the_sign_in_page_is_asked_for_once_however_many_checks_find_the_end(page, sandbox):
    page.goto("/inbox/claims/")
    asked = []
    page.on("request", lambda request: "/accounts/login/" in request.url and asked.append(request.url))
    page.evaluate(
        "end => setTimeout(() => [1, 2, 3].forEach(() => dispatchEvent(new Event('focus'))), end)",
        IDLE * 1000,
    )
    let_pass(page, IDLE + 1)
    page.wait_for_url(re.compile(r"/accounts/login/\?next="))
    assert len(asked) == 1


def test_text_that_is_being_written_survives_the_session(page):
    page.goto("/inbox/claims/compose/")
    page.get_by_label("Subject").fill("Water in the cellar")
    page.get_by_label("Message").fill("It came in overnight.")
    expect(page.locator("[data-save-state]")).to_contain_text("Saved")
    let_pass(page, IDLE + 1)
    page.wait_for_url(re.compile(r"/accounts/login/\?next="))
    page.get_by_label("Email address").fill("alice@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_label("Message")).to_have_value("It came in overnight.")
