"""Opening an account, signing in with a mailed code, and replacing a forgotten password."""

import re

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD


def mailed_code() -> str:
    return re.search(r"^\d{4}-\d{4}$", mail.outbox[-1].body, re.M)[0]


def request_code(page: Page, address: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Sign in with a code").click()
    page.get_by_label("Email address").fill(address)
    page.get_by_role("button", name="Send code").click()


def with_scripts(*marks):
    return pytest.param(True, id="with-javascript", marks=marks)


def without_scripts(*marks):
    return pytest.param(False, id="without-javascript", marks=marks)


@pytest.mark.parametrize("javascript", [without_scripts(), with_scripts(pytest.mark.proof)])
def test_an_account_is_opened_and_its_address_verified(transactional_db, settings, open_page, javascript):
    settings.PORTAL_SIGNUP = "open"
    page = open_page(java_script_enabled=javascript)
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("First name").fill("Dora")
    page.get_by_label("Last name").fill("Example")
    page.get_by_label("Email address").fill("dora@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create an account").click()
    expect(page.get_by_text("dora@example.com")).to_be_visible()
    page.get_by_label("Code from the email").fill(mailed_code())
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Your email address is confirmed.")).to_be_visible()
    expect(page.get_by_text("Dora", exact=True)).to_be_visible()


@pytest.mark.parametrize("javascript", [with_scripts(), without_scripts(pytest.mark.proof)])
def test_a_code_signs_in_without_a_password(alice, open_page, javascript):
    page = open_page(java_script_enabled=javascript)
    request_code(page, "alice@example.com")
    expect(page.get_by_text("we’ve sent it a code")).to_be_visible()
    page.get_by_label("Code from the email").fill("0000-0000")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("This code is incorrect.")).to_be_visible()
    page.get_by_label("Code from the email").fill(mailed_code())
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Your inbox")).to_be_visible()


@pytest.mark.proof
def test_only_the_latest_code_works(alice, open_page):
    page = open_page()
    request_code(page, "alice@example.com")
    earlier = mailed_code()
    page.get_by_role("button", name="Send another code").click()
    expect(page.get_by_text("Another code is on its way")).to_be_visible()
    for code, outcome in ((earlier, "This code is incorrect."), (mailed_code(), "Your inbox")):
        page.get_by_label("Code from the email").fill(code)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_text(outcome)).to_be_visible()


@pytest.mark.proof
def test_a_user_waiting_for_a_code_can_start_again(alice, open_page):
    page = open_page()
    request_code(page, "alicia@example.com")
    page.get_by_role("button", name="Start again").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    request_code(page, "alice@example.com")
    expect(page.get_by_text("alice@example.com")).to_be_visible()


def test_a_forgotten_password_is_replaced(alice, open_page):
    page = open_page()
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("Email address").fill("alice@example.com")
    page.get_by_role("button", name="Send code").click()
    page.get_by_label("Code from the email").fill(mailed_code())
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("New password").fill("a-kettle-on-the-hob")
    page.get_by_role("button", name="Set password").click()
    expect(page.get_by_text("Sign in with your new password.")).to_be_visible()


def test_a_shown_password_is_hidden_again_on_submit(alice, open_page):
    page = open_page()
    page.goto("/accounts/login/")
    page.get_by_label("Email address").fill("alice@example.com")
    password = page.get_by_label("Password")
    password.fill("a-lamp")
    page.get_by_role("button", name="Show password").click()
    expect(password).to_have_attribute("type", "text")
    page.get_by_role("button", name="Hide password").click()
    expect(password).to_have_attribute("type", "password")
    page.get_by_role("button", name="Show password").click()
    page.evaluate("document.addEventListener('submit', (event) => event.preventDefault())")
    password.press("Enter")
    expect(password).to_have_attribute("type", "password")
