"""The admin's pages of consumers: what they show, what operators can change, and what they cannot."""

import re
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.test import Client

from inbox.models import OutgoingMessage
from portal.accounts.models import Consumer, Invitation
from portal.accounts.signup import invitations
from tests.accounts.admin.consumer_pages import LIST, act, change, events
from tests.accounts.operators import make_superuser
from tests.accounts.signing_in import PASSWORD
from tests.conftest import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql("portal.accounts.admin.consumers")]


def listed(browser, query=""):
    html = browser.get(f"{LIST}?{query}").content.decode()
    return set(re.findall(r">([a-z]+@example.com)</a>", html))


def test_search_finds_consumers_by_address_and_name(clerk, alice, bob):
    assert listed(clerk, "q=alice@ex") == {"alice@example.com"}
    assert listed(clerk, "q=bob+example") == {"bob@example.com"}


def test_list_shows_and_filters_by_state(clerk, charlie):
    invitations.invite("dora@example.com")
    Consumer.objects.create_user("emil@example.com")
    frida = Consumer.objects.create_user("frida@example.com", is_active=False)
    Invitation.objects.create(consumer=frida, accepted_at="2026-01-01T00:00Z")
    html = clerk.get(LIST).content.decode()
    for words in ("active", "unverified", "switched off", "invited until"):
        assert f'<td class="field-state">{words}' in html
    found = {state: listed(clerk, f"state={state}") for state in ("active", "unverified", "invited", "off")}
    assert found == {
        "active": {"charlie@example.com", "clara@example.com"},
        "unverified": {"emil@example.com"},
        "invited": {"dora@example.com"},
        "off": {"frida@example.com"},
    }


def test_page_shows_devices_and_a_link_to_the_log_but_no_secret(clerk, charlie):
    charlie.set_password(PASSWORD)
    charlie.save()
    Authenticator.objects.create(user=charlie, type="totp", data={"secret": "HUSHHUSH"})
    phone = Client(
        headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"}
    )
    phone.force_login(charlie)
    UserSession.objects.create(
        user=charlie,
        session_key=phone.session.session_key,
        ip="192.0.2.7",
        user_agent="Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0",
    )
    html = clerk.get(f"{LIST}{charlie.pk}/change/").content.decode()
    assert "Firefox on Linux, 192.0.2.7" in html and f"consumer__id__exact={charlie.pk}" in html
    assert "HUSHHUSH" not in html and charlie.password not in html and "password" not in html.lower()


def test_list_needs_a_fixed_number_of_queries(clerk, charlie, django_assert_max_num_queries):
    for name in "abcdefghij":
        invitations.invite(f"{name}@example.com")
    with django_assert_max_num_queries(14):
        clerk.get(LIST)


def test_adding_a_consumer_invites_them(clerk):
    answer = clerk.post(f"{LIST}add/", {"email": "dora@example.com", "first_name": "Dora"}, follow=True)
    assert re.search(r">Invited until .*\(dora@example.com\)<", answer.content.decode())
    assert mail.outbox[0].to == ["dora@example.com"]
    assert events() == [("invited", "dora@example.com", "clara@example.com")]


def test_address_with_an_account_is_not_invited(clerk, charlie):
    answer = clerk.post(f"{LIST}add/", {"email": "charlie@example.com"})
    assert "There is an account with this address." in answer.content.decode() and not mail.outbox


def test_invalid_address_is_not_invited(clerk):
    answer = clerk.post(f"{LIST}add/", {"email": "d\u00f6ra@example.com"})
    assert "Use only letters from a to z" in answer.content.decode() and not mail.outbox


def test_changed_name_is_logged_without_the_name(clerk, charlie):
    change(clerk, charlie, first_name="Karl", last_name="Example")
    charlie.refresh_from_db()
    assert charlie.get_full_name() == "Karl Example"
    assert events() == [("name_changed", "charlie@example.com", "clara@example.com")]


def test_change_page_ignores_address_password_and_state(superuser, charlie):
    forged = {"email": "eve@example.com", "password": "x", "is_active": "", "last_login": ""}
    change(superuser, charlie, first_name="Charlie", last_name="Example", **forged)
    before = charlie.password
    charlie.refresh_from_db()
    assert (charlie.email, charlie.password, charlie.is_active) == ("charlie@example.com", before, True)
    assert superuser.get(f"{LIST}{charlie.pk}/password/").status_code in (302, 404)


def test_only_a_superuser_grants_rights(clerk, superuser, charlie):
    change(clerk, charlie, first_name="Charlie", last_name="Example", is_staff="on", is_superuser="on")
    charlie.refresh_from_db()
    assert not charlie.is_staff and not charlie.is_superuser
    change(superuser, charlie, first_name="Charlie", last_name="Example", is_staff="on")
    charlie.refresh_from_db()
    assert charlie.is_staff


def test_clerk_cannot_manage_a_superuser(clerk):
    olga = make_superuser("Olga")
    for action in ("end_sessions", "switch_off", "remove_second_steps", "invite"):
        act(clerk, action, olga)
    assert change(clerk, olga, first_name="X").status_code == 403
    assert clerk.post(f"{LIST}{olga.pk}/delete/", {"post": "yes"}).status_code == 403
    olga.refresh_from_db()
    assert olga.is_active and olga.first_name == "Olga" and olga.authenticator_set.exists()


def test_deletion_page_says_what_is_lost_and_the_log_stays(clerk, charlie, claims):
    OutgoingMessage.objects.create(consumer=charlie, securebox=claims, nonce=uuid4())
    invitations.Invitation.objects.create(consumer=charlie)
    page = f"{LIST}{charlie.pk}/delete/"
    words = clerk.get(page).content.decode()
    assert "goes for good" in words and "stay where they are" in words
    clerk.post(page, {"post": "yes"})
    assert not Consumer.objects.filter(email="charlie@example.com").exists()
    assert events() == [("account_closed", "charlie@example.com", "clara@example.com")]


@pytest.mark.parametrize(
    "model",
    [
        "account/emailaddress",
        "mfa/authenticator",
        "socialaccount/socialaccount",
        "socialaccount/socialapp",
        "socialaccount/socialtoken",
        "usersessions/usersession",
    ],
)
def test_allauth_admin_pages_do_not_exist(superuser, model):
    assert superuser.get(f"/admin/{model}/").status_code == 404


def test_admin_sign_in_page_redirects_to_the_portals(client):
    assert client.get("/admin/login/").url == "/accounts/login/?next=%2Fadmin%2Flogin%2F"
    assert client.post("/admin/login/", {"username": "x", "password": "y"}).status_code == 302


def test_consumer_cannot_open_the_admin_pages(charlie):
    Authenticator.objects.create(user=charlie, type="totp", data={})
    browser = sign_in(charlie)
    for page in (LIST, f"{LIST}add/", f"{LIST}{charlie.pk}/change/", "/admin/accounts/invitation/"):
        assert browser.get(page, follow=True).status_code == 403


def test_change_page_leaves_address_verification_alone(superuser, charlie):
    before = list(EmailAddress.objects.values())
    change(superuser, charlie, first_name="Karl", last_name="Example")
    assert list(EmailAddress.objects.values()) == before


def test_admin_logout_signs_out_of_the_portal(superuser):
    answer = superuser.post("/admin/logout/")
    assert answer.url == "/accounts/login/" and answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert superuser.get(LIST).status_code == 302


def test_admin_keeps_no_history_of_its_own(superuser, charlie):
    change(superuser, charlie, first_name="Karl", last_name="Example")
    assert not LogEntry.objects.exists()
    assert superuser.get(f"{LIST}{charlie.pk}/history/").url.endswith(f"?consumer__id__exact={charlie.pk}")
    assert "Recent actions" not in superuser.get("/admin/").content.decode()
