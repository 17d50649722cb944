"""An account with neither password nor second step: its owner reauthenticates by signing in again."""

import re
from urllib.parse import unquote

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from portal.accounts.models import Consumer
from tests.accounts.signing_in import REAUTHENTICATED, SIGN_IN_AGAIN, mailed_code


@pytest.fixture
def anna(db):
    anna = Consumer.objects.create_user("anna@example.com", first_name="Anna")
    anna.mark_verified()
    return anna


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


@pytest.fixture
def browser(anna, clock):
    client = Client()
    sign_in_with_code(client)
    mail.outbox.clear()
    cache.clear()
    return client


def sign_in_with_code(client, query=""):
    client.post(f"/accounts/login/code/{query}", {"email": "anna@example.com"})
    return client.post(f"/accounts/login/code/confirm/{query}", {"code": mailed_code()})


@pytest.mark.parametrize("page", REAUTHENTICATED)
def test_minutes_after_sign_in_reauthentication_is_required(browser, clock, page):
    clock.shift(301)
    assert unquote(browser.post(page, REAUTHENTICATED[page]).url) == f"{SIGN_IN_AGAIN}?next={page}"
    assert Consumer.objects.get().email == "anna@example.com"
    assert mail.outbox == [] and not Authenticator.objects.exists()


def test_first_password_typed_too_late_is_neither_set_nor_stored(browser, clock):
    clock.shift(301)
    page = "/accounts/password/set/"
    assert browser.post(page, {"password1": "a-kettle-on-the-hob"}).url == page
    assert "a-kettle-on-the-hob" not in str(dict(browser.session))
    assert not Consumer.objects.get().has_usable_password()
    assert unquote(browser.get(page).url) == f"{SIGN_IN_AGAIN}?next={page}"


@pytest.mark.parametrize("page", ["/accounts/password/set/", "/accounts/2fa/totp/activate/"])
def test_recent_sign_in_is_enough(browser, clock, page):
    clock.shift(299)
    assert browser.get(page).status_code == 200


def test_other_reauthentication_pages_redirect_there(browser, clock):
    clock.shift(301)
    answer = browser.get("/accounts/reauthenticate/?next=/accounts/close/")
    assert unquote(answer.url) == f"{SIGN_IN_AGAIN}?next=/accounts/close/"


def test_signing_in_again_returns_to_the_page(browser, clock, anna):
    clock.shift(301)
    page = browser.get(f"{SIGN_IN_AGAIN}?next=/accounts/password/set/").content.decode()
    assert "sign in again to confirm it’s you" in page and browser.get("/accounts/").status_code == 200
    answer = browser.post(SIGN_IN_AGAIN, {"next": "/accounts/password/set/"})
    assert answer.url == "/accounts/login/?next=/accounts/password/set/"
    assert browser.get("/accounts/").status_code == 302
    assert sign_in_with_code(browser, "?next=/accounts/password/set/").url == "/accounts/password/set/"
    browser.post("/accounts/password/set/", {"password1": "a-kettle-on-the-hob"})
    anna.refresh_from_db()
    assert anna.check_password("a-kettle-on-the-hob")


def test_does_not_redirect_to_other_sites(browser):
    page = browser.get(f"{SIGN_IN_AGAIN}?next=https://evil.example/").content.decode()
    assert not re.search(r'name="next" value="https', page)
    assert (
        browser.post(SIGN_IN_AGAIN, {"next": "https://evil.example/"}).url
        == "/accounts/login/?next=/accounts/"
    )


def test_session_without_authentication_records_is_not_enough(anna):
    client = Client()
    client.force_login(anna)
    answer = client.post("/accounts/close/", {"confirmed": "on"})
    assert unquote(answer.url) == f"{SIGN_IN_AGAIN}?next=/accounts/close/"
    assert Consumer.objects.exists()


def test_signing_in_again_works_while_mfa_is_outstanding(settings, browser, clock):
    settings.PORTAL_REQUIRE_MFA = True
    clock.shift(301)
    assert browser.get(SIGN_IN_AGAIN).status_code == 200
