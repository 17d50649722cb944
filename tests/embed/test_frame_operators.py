"""Operators sign in only outside frames: a website can cover what it shows, and so trick them into clicks."""

import pytest
from django.core.management import call_command
from django.test import Client

from portal.accounts.allauth_compat import totp_code
from portal.accounts.models import Consumer
from portal.embed.models import Website
from tests.accounts.signing_in import PASSWORD, add_totp, mailed_code
from tests.embed.framing import SAME_SITE_ORIGIN, SAME_SITE_PREFIX


@pytest.fixture
def olga(db) -> Consumer:
    Website.objects.create(name="Near", origin=SAME_SITE_ORIGIN)
    call_command("consumer", "olga@example.com", first_name="Olga", password=PASSWORD, verbosity=0)
    Consumer.objects.update(is_staff=True)
    return Consumer.objects.get()


@pytest.fixture
def browser() -> Client:
    return Client(headers={"Host": "localhost"})


def is_refused(browser, answer):
    html = answer.content.decode()
    assert "Operators sign in in a separate window" in html
    assert 'href="http://localhost:8000/"' in html and "data-window" in html
    return answer.status_code == 403 and not {"_auth_user_id", "account_login"} & set(browser.session.keys())


def with_password(browser, prefix=SAME_SITE_PREFIX):
    return browser.post(f"{prefix}/accounts/login/", {"login": "olga@example.com", "password": PASSWORD})


def test_an_operator_cannot_sign_in_with_a_password(browser, olga):
    assert is_refused(browser, with_password(browser))


def test_an_operator_cannot_sign_in_with_a_mailed_code(browser, olga):
    browser.post(f"{SAME_SITE_PREFIX}/accounts/login/code/", {"email": "olga@example.com"})
    answer = browser.post(f"{SAME_SITE_PREFIX}/accounts/login/code/confirm/", {"code": mailed_code()})
    assert is_refused(browser, answer)


def test_an_operator_cannot_sign_in_with_a_second_step(browser, olga):
    secret = add_totp(olga)
    asked = with_password(browser).url
    assert is_refused(browser, browser.post(asked, {"code": totp_code(secret)}))


def test_operators_sign_in_outside_frames_as_usual(browser, olga):
    with_password(browser, "")
    assert browser.session["_auth_user_id"] == str(olga.pk)


def test_consumers_sign_in_in_the_frame_as_usual(browser, olga):
    Consumer.objects.update(is_staff=False)
    with_password(browser)
    assert browser.session["_auth_user_id"] == str(olga.pk)
