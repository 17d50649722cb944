"""Which users have to have a second step, and how they are led to it."""

import re
from urllib.parse import quote

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from portal.accounts.allauth_compat import totp_code
from tests.accounts.signing_in import PASSWORD, add_totp, mailed_code
from tests.accounts.signing_in import sign_in as sign_in_with_password
from tests.conftest import sign_in

on_postgresql = pytest.mark.postgresql("portal.accounts.login.mfa")


@pytest.fixture
def operator(alice):
    alice.is_staff = alice.is_superuser = True
    alice.save()
    return alice


def test_mfa_is_not_asked_for_by_default(alice_client):
    assert alice_client.get("/inbox/claims/").status_code == 200


@pytest.mark.parametrize("address", ["/", "/inbox/claims/", "/inbox/claims/compose/", "/accounts/devices/"])
def test_where_required_every_page_redirects_to_setting_it_up(settings, alice_client, sandbox, address):
    settings.PORTAL_REQUIRE_MFA = True
    assert alice_client.get(address).url == "/accounts/2fa/"
    assert sandbox.calls() == []


def test_request_to_set_it_up_is_a_notice_and_shows_no_mailbox(settings, alice_client, sandbox):
    settings.PORTAL_REQUIRE_MFA = True
    html = alice_client.get("/inbox/claims/", follow=True).content.decode()
    assert re.search(r'class="notice info".*?Set up two-step verification first', html, re.DOTALL)
    assert "/inbox/claims/" not in html and "data-unread-url" not in html


def test_polls_are_refused_until_it_is_set_up(settings, alice_client):
    settings.PORTAL_REQUIRE_MFA = True
    assert alice_client.get("/unread.json").status_code == 403


def test_setting_up_and_signing_out_stay_possible(settings, alice_client):
    settings.PORTAL_REQUIRE_MFA = True
    assert alice_client.get("/accounts/2fa/").status_code == 200
    assert alice_client.get("/accounts/session.json").status_code == 200
    assert alice_client.post("/accounts/logout/").url == "/accounts/login/"


def test_session_without_proof_is_redirected_to_proving_it_and_back(settings, alice_client, alice):
    settings.PORTAL_REQUIRE_MFA = True
    secret = add_totp(alice)
    asked = alice_client.get("/inbox/claims/?status=unread").url
    assert asked == f"/accounts/2fa/reauthenticate/?next={quote('/inbox/claims/?status=unread')}"
    assert alice_client.get("/accounts/2fa/webauthn/add/").url.startswith("/accounts/2fa/reauthenticate/")
    assert alice_client.post(asked, {"code": totp_code(secret)}).url == "/inbox/claims/?status=unread"
    assert alice_client.get("/inbox/claims/").status_code == 200


def test_post_of_a_session_without_proof_changes_nothing(settings, alice_client, alice):
    settings.PORTAL_REQUIRE_MFA = True
    add_totp(alice)
    answer = alice_client.post("/accounts/name/", {"first_name": "Mallory", "last_name": "Example"})
    assert answer.url == "/accounts/2fa/reauthenticate/?next=/"
    alice.refresh_from_db()
    assert alice.first_name == "Alice"


@on_postgresql
def test_signing_in_with_a_second_step_is_enough(settings, anna, sandbox):
    settings.PORTAL_REQUIRE_MFA = True
    secret = add_totp(anna)
    client = Client()
    sign_in_with_password(client)
    assert client.post("/accounts/2fa/authenticate/", {"code": totp_code(secret)}).url == "/"
    assert client.get("/").status_code == 200


def set_up_an_app(client):
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    client.post("/accounts/2fa/totp/activate/", {"code": totp_code(secret)})


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_setting_it_up_is_enough_and_ends_other_sessions(settings, anna, sandbox):
    settings.PORTAL_REQUIRE_MFA = True
    here, elsewhere = Client(), Client()
    sign_in_with_password(here)
    sign_in_with_password(elsewhere)
    set_up_an_app(here)
    assert here.get("/").status_code == 200
    assert elsewhere.get("/accounts/session.json").status_code == 204


def test_recovery_codes_alone_are_not_a_second_step(settings, alice_client, alice):
    settings.PORTAL_REQUIRE_MFA = True
    Authenticator.objects.create(user=alice, type="recovery_codes", data={"seed": "x", "used_mask": 0})
    assert alice_client.get("/inbox/claims/").url == "/accounts/2fa/"


def test_operator_needs_it_for_the_admin_but_not_for_mail(operator, sandbox):
    client = sign_in(operator)
    assert client.get("/admin/").url == "/accounts/2fa/"
    assert client.get("/inbox/claims/").status_code == 200
    secret = add_totp(operator)
    assert client.get("/admin/").url == "/accounts/2fa/reauthenticate/?next=/admin/"
    assert client.get("/inbox/claims/").status_code == 200
    client.post("/accounts/2fa/reauthenticate/", {"code": totp_code(secret)})
    assert client.get("/admin/").status_code == 200


def test_removed_second_step_has_to_be_set_up_again(operator):
    client = sign_in(operator)
    client.post("/accounts/2fa/reauthenticate/", {"code": totp_code(add_totp(operator))})
    Authenticator.objects.all().delete()
    assert client.get("/admin/").url == "/accounts/2fa/"


def test_admin_does_not_ask_for_it_with_debug(settings, operator):
    settings.DEBUG = True
    assert sign_in(operator).get("/admin/").status_code == 200


def test_consumer_cannot_open_the_admin(alice_client):
    assert alice_client.get("/admin/").status_code == 302
    assert alice_client.get("/admin/", follow=True).status_code == 403


@pytest.mark.parametrize("address", ["/accounts/logout/", "/admin/logout/"])
def test_user_who_is_asked_for_it_can_sign_out(settings, operator, address):
    settings.PORTAL_REQUIRE_MFA = True
    client = sign_in(operator)
    assert client.post(address).url == "/accounts/login/"
    assert client.get("/accounts/").url.startswith("/accounts/login/")


def test_a_new_password_does_not_replace_the_second_step(anna):
    secret, browser = add_totp(anna), Client()
    browser.post("/accounts/password/reset/", {"email": anna.email})
    browser.post("/accounts/password/reset/confirm/", {"code": mailed_code()})
    browser.post("/accounts/password/reset/complete/", {"password1": "a-kettle-on-the-hob"})
    assert browser.get("/").url.startswith("/accounts/login/")
    sign_in_with_password(browser, "a-kettle-on-the-hob")
    assert browser.get("/").url.startswith("/accounts/login/")
    browser.post("/accounts/2fa/authenticate/", {"code": totp_code(secret)})
    assert browser.get("/").status_code == 200
