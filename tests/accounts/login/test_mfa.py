"""Who must have a second step, and how they are led to it."""

import re
from urllib.parse import quote

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from portal.accounts.allauth_compat import totp_code
from tests.accounts.signing_in import PASSWORD, add_totp
from tests.accounts.signing_in import sign_in as sign_in_with_password
from tests.conftest import sign_in

pytestmark = pytest.mark.postgresql("portal.accounts.login.mfa")


@pytest.fixture
def operator(alice):
    alice.is_staff = alice.is_superuser = True
    alice.save()
    return alice


def test_without_the_demand_nobody_is_asked(alice_client):
    assert alice_client.get("/inbox/claims/").status_code == 200


@pytest.mark.parametrize("address", ["/", "/inbox/claims/", "/inbox/claims/compose/", "/accounts/devices/"])
def test_where_it_is_demanded_every_page_leads_to_setting_it_up(settings, alice_client, sandbox, address):
    settings.PORTAL_REQUIRE_MFA = True
    assert alice_client.get(address).url == "/accounts/2fa/"
    assert sandbox.calls() == []


def test_the_demand_is_no_error_and_shows_no_mailbox(settings, alice_client, sandbox):
    settings.PORTAL_REQUIRE_MFA = True
    html = alice_client.get("/inbox/claims/", follow=True).content.decode()
    assert re.search(r'class="notice info"[^>]*>Please set up a second step first', html)
    assert "/inbox/claims/" not in html and "data-unread-url" not in html


def test_polls_are_refused_meanwhile(settings, alice_client):
    settings.PORTAL_REQUIRE_MFA = True
    assert alice_client.get("/unread.json").status_code == 403


def test_it_can_be_set_up_and_left(settings, alice_client):
    settings.PORTAL_REQUIRE_MFA = True
    assert alice_client.get("/accounts/2fa/").status_code == 200
    assert alice_client.get("/accounts/session.json").status_code == 200
    assert alice_client.post("/accounts/logout/").url == "/accounts/login/"


def test_a_session_that_has_not_proved_it_is_led_to_doing_so_and_back(settings, alice_client, alice):
    settings.PORTAL_REQUIRE_MFA = True
    secret = add_totp(alice)
    asked = alice_client.get("/inbox/claims/?status=unread").url
    assert asked == f"/accounts/2fa/reauthenticate/?next={quote('/inbox/claims/?status=unread')}"
    assert alice_client.get("/accounts/2fa/webauthn/add/").url.startswith("/accounts/2fa/reauthenticate/")
    assert alice_client.post(asked, {"code": totp_code(secret)}).url == "/inbox/claims/?status=unread"
    assert alice_client.get("/inbox/claims/").status_code == 200


def test_what_such_a_session_posts_changes_nothing(settings, alice_client, alice):
    settings.PORTAL_REQUIRE_MFA = True
    add_totp(alice)
    answer = alice_client.post("/accounts/name/", {"first_name": "Mallory", "last_name": "Example"})
    assert answer.url == "/accounts/2fa/reauthenticate/?next=/"
    alice.refresh_from_db()
    assert alice.first_name == "Alice"


def test_who_signs_in_with_theirs_goes_on(settings, anna, sandbox):
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


@pytest.mark.django_db(transaction=True)
def test_who_sets_one_up_goes_on_and_is_signed_out_elsewhere(settings, anna, sandbox):
    settings.PORTAL_REQUIRE_MFA = True
    here, elsewhere = Client(), Client()
    sign_in_with_password(here)
    sign_in_with_password(elsewhere)
    set_up_an_app(here)
    assert here.get("/").status_code == 200
    assert elsewhere.get("/accounts/session.json").status_code == 401


def test_recovery_codes_alone_are_none(settings, alice_client, alice):
    settings.PORTAL_REQUIRE_MFA = True
    Authenticator.objects.create(user=alice, type="recovery_codes", data={"seed": "x", "used_mask": 0})
    assert alice_client.get("/inbox/claims/").url == "/accounts/2fa/"


def test_an_operator_needs_one_for_the_admin_and_not_for_their_own_mail(operator, sandbox):
    client = sign_in(operator)
    assert client.get("/admin/").url == "/accounts/2fa/"
    assert client.get("/inbox/claims/").status_code == 200
    secret = add_totp(operator)
    assert client.get("/admin/").url == "/accounts/2fa/reauthenticate/?next=/admin/"
    assert client.get("/inbox/claims/").status_code == 200
    client.post("/accounts/2fa/reauthenticate/", {"code": totp_code(secret)})
    assert client.get("/admin/").status_code == 200


def test_a_second_step_that_was_removed_is_to_be_set_up_again(operator):
    client = sign_in(operator)
    client.post("/accounts/2fa/reauthenticate/", {"code": totp_code(add_totp(operator))})
    Authenticator.objects.all().delete()
    assert client.get("/admin/").url == "/accounts/2fa/"


def test_on_a_developers_machine_the_admin_asks_for_none(settings, operator):
    settings.DEBUG = True
    assert sign_in(operator).get("/admin/").status_code == 200


def test_a_consumer_has_no_business_in_the_admin(alice_client):
    assert alice_client.get("/admin/").status_code == 302
    assert alice_client.get("/admin/", follow=True).status_code == 403


@pytest.mark.parametrize("address", ["/accounts/logout/", "/admin/logout/"])
def test_whoever_is_asked_for_one_may_leave(settings, operator, address):
    settings.PORTAL_REQUIRE_MFA = True
    client = sign_in(operator)
    assert client.post(address).url == "/accounts/login/"
    assert client.get("/accounts/").url.startswith("/accounts/login/")
