"""Who must have a second step, and how they are led to it."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from tests.conftest import sign_in


@pytest.fixture
def operator(alice):
    alice.is_staff = alice.is_superuser = True
    alice.save()
    return alice


def give_a_second_step(consumer):
    TOTP.activate(consumer, generate_totp_secret())


def test_without_the_demand_nobody_is_asked(page):
    assert page.get("/inbox/claims/").status_code == 200


@pytest.mark.parametrize("address", ["/", "/inbox/claims/", "/inbox/claims/compose/", "/accounts/devices/"])
def test_where_it_is_demanded_every_page_leads_to_setting_it_up(settings, page, sandbox, address):
    settings.PORTAL_REQUIRE_MFA = True
    assert page.get(address).url == "/accounts/2fa/"
    assert sandbox.calls() == []


def test_polls_are_refused_meanwhile(settings, page):
    settings.PORTAL_REQUIRE_MFA = True
    assert page.get("/unread.json").status_code == 403


def test_it_can_be_set_up_and_left(settings, page):
    settings.PORTAL_REQUIRE_MFA = True
    assert page.get("/accounts/2fa/").status_code == 200
    assert page.get("/accounts/session.json").status_code == 200
    assert page.post("/accounts/logout/").url == "/accounts/login/"


def test_who_has_one_goes_on(settings, page, alice):
    settings.PORTAL_REQUIRE_MFA = True
    give_a_second_step(alice)
    assert page.get("/inbox/claims/").status_code == 200


def test_recovery_codes_alone_are_none(settings, page, alice):
    settings.PORTAL_REQUIRE_MFA = True
    Authenticator.objects.create(user=alice, type="recovery_codes", data={"seed": "x", "used_mask": 0})
    assert page.get("/inbox/claims/").url == "/accounts/2fa/"


def test_an_operator_needs_one_for_the_admin_and_not_for_their_own_mail(operator, sandbox):
    client = sign_in(operator)
    assert client.get("/admin/").url == "/accounts/2fa/"
    assert client.get("/inbox/claims/").status_code == 200
    give_a_second_step(operator)
    assert client.get("/admin/").status_code == 200


def test_on_a_developers_machine_the_admin_asks_for_none(settings, operator):
    settings.DEBUG = True
    assert sign_in(operator).get("/admin/").status_code == 200


def test_a_consumer_has_no_business_in_the_admin(page):
    assert page.get("/admin/").status_code == 302
    assert page.get("/admin/", follow=True).status_code == 403
