"""Another site cannot sign a user in, out or up: every form needs its CSRF token and the portal's origin."""

import re

import pytest
from django.test import Client

from tests.accounts.signing_in import PASSWORD

FORMS = {
    "/accounts/login/": {"login": "anna@example.com", "password": PASSWORD},
    "/accounts/login/code/": {"email": "anna@example.com"},
    "/accounts/password/reset/": {"email": "anna@example.com"},
    "/accounts/signup/": {
        "email": "eve@example.com",
        "first_name": "Eve",
        "last_name": "Example",
        "password1": "a-kettle-on-the-hob",
    },
    "/accounts/logout/": {},
    "/accounts/session/extend/": {},
}


@pytest.fixture
def browser(anna, settings):
    settings.PORTAL_SIGNUP = "open"
    return Client(enforce_csrf_checks=True)


def token_of(browser):
    html = browser.get("/accounts/login/").content.decode()
    return re.search(r'csrfmiddlewaretoken" value="(\w+)"', html)[1]


@pytest.mark.parametrize("address", FORMS)
def test_form_without_token_is_refused(browser, address):
    browser.get("/accounts/login/")
    assert browser.post(address, FORMS[address]).status_code == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://testserver.evil.example"])
@pytest.mark.parametrize("address", FORMS)
def test_form_from_another_origin_is_refused_even_with_token(browser, address, origin):
    form = FORMS[address] | {"csrfmiddlewaretoken": token_of(browser)}
    assert browser.post(address, form, HTTP_ORIGIN=origin).status_code == 403


@pytest.mark.parametrize("address", FORMS)
def test_token_of_another_browser_is_refused(browser, address):
    form = FORMS[address] | {"csrfmiddlewaretoken": token_of(Client(enforce_csrf_checks=True))}
    browser.get("/accounts/login/")
    assert browser.post(address, form).status_code == 403


@pytest.mark.parametrize("address", FORMS)
def test_form_with_content_type_text_is_refused(browser, address):
    token_of(browser)
    assert browser.post(address, "login=anna", content_type="text/plain").status_code == 403


def test_form_with_token_works(browser):
    form = FORMS["/accounts/login/"] | {"csrfmiddlewaretoken": token_of(browser)}
    assert browser.post("/accounts/login/", form, HTTP_ORIGIN="http://testserver").url == "/"


def test_the_token_changes_at_sign_in(browser):
    before = token_of(browser)
    cookie = browser.cookies["csrftoken"].value
    browser.post("/accounts/login/", FORMS["/accounts/login/"] | {"csrfmiddlewaretoken": before})
    assert browser.cookies["csrftoken"].value != cookie
    assert browser.post("/accounts/logout/", {"csrfmiddlewaretoken": before}).status_code == 403
