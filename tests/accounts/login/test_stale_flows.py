"""Unfinished flows end when the address, the password or the active flag of their account changes."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client

from portal.accounts.allauth_compat import TOTP, RecoveryCodes, generate_totp_secret
from portal.accounts.models import Consumer
from tests.accounts.signing_in import PASSWORD, mailed_code, sign_in

NEW = "anna.berg@example.com"
OTHER = "a-kettle-on-the-hob"


@pytest.fixture
def owner(anna):
    client = Client()
    sign_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def ask_for_new_address(client):
    client.post("/accounts/email/", {"email": NEW, "action_add": ""})


def change_address(client):
    ask_for_new_address(client)
    client.post("/accounts/confirm-email/", {"code": mailed_code()})
    cache.clear()


def change_password(client):
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": OTHER})


def switch_off(_client):
    Consumer.objects.update(is_active=False)


def begin_reset(client):
    client.post("/accounts/password/reset/", {"email": "anna@example.com"})
    return mailed_code()


def begin_code(client):
    client.post("/accounts/login/code/", {"email": "anna@example.com"})
    return mailed_code()


def is_signed_in(client):
    return client.get("/accounts/devices/").status_code == 200


changes = pytest.mark.parametrize("change", [change_address, change_password, switch_off])


@changes
def test_confirmed_reset_sets_no_password(owner, change):
    stranger = Client()
    stranger.post("/accounts/password/reset/confirm/", {"code": begin_reset(stranger)})
    change(owner)
    before = Consumer.objects.get().password
    answer = stranger.post("/accounts/password/reset/complete/", {"password1": "a-ladder-in-the-shed"})
    assert answer.url == "/accounts/password/reset/" and not is_signed_in(stranger)
    assert Consumer.objects.get().password == before


@changes
def test_mailed_reset_is_discarded(owner, change):
    stranger = Client()
    code = begin_reset(stranger)
    change(owner)
    assert stranger.post("/accounts/password/reset/confirm/", {"code": code}).url == "/accounts/login/"


@changes
def test_login_code_no_longer_signs_in(owner, change):
    stranger = Client()
    code = begin_code(stranger)
    change(owner)
    assert stranger.post("/accounts/login/code/confirm/", {"code": code}).url == "/accounts/login/code/"
    assert not is_signed_in(stranger)


def test_code_for_the_old_address_does_not_restore_it(owner):
    stranger = Client()
    code = begin_code(stranger)
    change_address(owner)
    mail.outbox.clear()
    stranger.post("/accounts/login/code/confirm/", {"code": code}, follow=True)
    assert mail.outbox == []
    assert list(EmailAddress.objects.values_list("email", "verified")) == [(NEW, True)]


def test_second_step_after_the_old_password_no_longer_signs_in(owner, anna):
    TOTP.activate(anna, generate_totp_secret())
    recovery = RecoveryCodes.activate(anna).get_unused_codes()[0]
    stranger = Client()
    assert sign_in(stranger).url == "/accounts/2fa/authenticate/"
    change_password(owner)
    assert stranger.post("/accounts/2fa/authenticate/", {"code": recovery}).url == "/accounts/login/"
    assert not is_signed_in(stranger)


def test_address_change_ends_with_the_old_password(owner):
    ask_for_new_address(owner)
    code = mailed_code()
    change_password(owner)
    owner.post("/accounts/confirm-email/", {"code": code})
    assert Consumer.objects.get().verified_address() == "anna@example.com"


def test_user_is_told_to_start_again_and_can(owner):
    browser = Client()
    code = begin_code(browser)
    change_password(owner)
    answer = browser.post("/accounts/login/code/confirm/", {"code": code}, follow=True)
    assert "Please start again" in answer.content.decode()
    cache.clear()
    browser.post("/accounts/login/code/confirm/", {"code": begin_code(browser)})
    assert is_signed_in(browser)


def test_wrong_codes_and_a_resend_keep_the_flow(anna):
    browser = Client()
    begin_code(browser)
    browser.post("/accounts/login/code/confirm/", {"code": "0000-0000"})
    browser.post("/accounts/login/code/confirm/", {"action": "resend"})
    browser.post("/accounts/login/code/confirm/", {"code": mailed_code()})
    assert is_signed_in(browser)


def test_former_address_signs_in_nowhere(anna):
    EmailAddress.objects.create(user=anna, email="former@example.com", verified=True)
    stranger = Client()
    stranger.post("/accounts/password/reset/", {"email": "former@example.com"})
    stranger.post("/accounts/password/reset/confirm/", {"code": mailed_code()})
    assert stranger.get("/accounts/password/reset/complete/").url == "/accounts/password/reset/"
    assert sign_in(stranger, login="former@example.com").url == "/accounts/login/"
    assert not is_signed_in(stranger)
    assert Consumer.objects.get().verified_address() == "anna@example.com"
