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
from portal.accounts.models import Activity, Consumer, Invitation
from portal.accounts.signup import invitations
from tests.accounts.operators import make_clerk, make_superuser
from tests.accounts.signing_in import PASSWORD
from tests.accounts.signing_in import sign_in as type_password
from tests.conftest import sign_in

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.postgresql("portal.accounts.admin.consumers", "portal.accounts.admin.operations"),
]
LIST = "/admin/accounts/consumer/"


@pytest.fixture
def clerk():
    return sign_in(make_clerk("Clara"))


@pytest.fixture
def superuser():
    return sign_in(make_superuser("Olga"))


def act(browser, action, *consumers, page=LIST, **more):
    chosen = {
        "action": action,
        "_selected_action": [consumer.pk for consumer in consumers],
        "confirmed": "yes",
    }
    return browser.post(page, chosen | more, follow=True).content.decode()


def listed(browser, query=""):
    html = browser.get(f"{LIST}?{query}").content.decode()
    return set(re.findall(r">([a-z]+@example.com)</a>", html))


def change(browser, consumer, **typed):
    return browser.post(f"{LIST}{consumer.pk}/change/", typed)


def events():
    return list(Activity.objects.order_by("pk").values_list("event", "address", "by"))


def test_finds_a_consumer_by_address_and_by_name(clerk, alice, bob):
    assert listed(clerk, "q=alice@ex") == {"alice@example.com"}
    assert listed(clerk, "q=bob+example") == {"bob@example.com"}


def test_tells_how_each_account_stands(clerk, charlie):
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


def test_shows_devices_and_leads_to_the_log_and_shows_no_secret(clerk, charlie):
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


def test_the_list_asks_the_database_a_fixed_number_of_times(clerk, charlie, django_assert_max_num_queries):
    for name in "abcdefghij":
        invitations.invite(f"{name}@example.com")
    with django_assert_max_num_queries(14):
        clerk.get(LIST)


def test_adding_a_consumer_invites_them(clerk):
    answer = clerk.post(f"{LIST}add/", {"email": "dora@example.com", "first_name": "Dora"}, follow=True)
    assert re.search(r">Invited until .*\(dora@example.com\)<", answer.content.decode())
    assert mail.outbox[0].to == ["dora@example.com"]
    assert events() == [("invited", "dora@example.com", "clara@example.com")]


def test_somebody_who_has_an_account_is_not_added_again(clerk, charlie):
    answer = clerk.post(f"{LIST}add/", {"email": "charlie@example.com"})
    assert "There is an account with this address." in answer.content.decode() and not mail.outbox


def test_a_wrong_address_is_not_added(clerk):
    answer = clerk.post(f"{LIST}add/", {"email": "d\u00f6ra@example.com"})
    assert "Only the letters a to z" in answer.content.decode() and not mail.outbox


def test_changes_a_name_and_logs_it_without_the_name(clerk, charlie):
    change(clerk, charlie, first_name="Karl", last_name="Example")
    charlie.refresh_from_db()
    assert charlie.get_full_name() == "Karl Example"
    assert events() == [("name_changed", "charlie@example.com", "clara@example.com")]


def test_changes_neither_address_nor_password_nor_state(superuser, charlie):
    forged = {"email": "eve@example.com", "password": "x", "is_active": "", "last_login": ""}
    change(superuser, charlie, first_name="Charlie", last_name="Example", **forged)
    before = charlie.password
    charlie.refresh_from_db()
    assert (charlie.email, charlie.password, charlie.is_active) == ("charlie@example.com", before, True)
    assert superuser.get(f"{LIST}{charlie.pk}/password/").status_code in (302, 404)


def test_only_a_superuser_gives_rights(clerk, superuser, charlie):
    change(clerk, charlie, first_name="Charlie", last_name="Example", is_staff="on", is_superuser="on")
    charlie.refresh_from_db()
    assert not charlie.is_staff and not charlie.is_superuser
    change(superuser, charlie, first_name="Charlie", last_name="Example", is_staff="on")
    charlie.refresh_from_db()
    assert charlie.is_staff


def test_an_operator_who_is_no_superuser_touches_no_operator(clerk):
    olga = make_superuser("Olga")
    for action in ("end_sessions", "switch_off", "remove_second_steps", "invite"):
        act(clerk, action, olga)
    assert change(clerk, olga, first_name="X").status_code == 403
    assert clerk.post(f"{LIST}{olga.pk}/delete/", {"post": "yes"}).status_code == 403
    olga.refresh_from_db()
    assert olga.is_active and olga.first_name == "Olga" and olga.authenticator_set.exists()


def test_switches_off_and_on(clerk, charlie):
    browser = sign_in(charlie)
    charlie.set_password(PASSWORD)
    assert "Accounts switched off: 1." in act(clerk, "switch_off", charlie)
    assert browser.get("/accounts/name/").status_code == 302
    assert "Accounts switched on: 1." in act(clerk, "switch_on", charlie)
    assert [event for event, *_ in events()] == ["deactivated", "activated"]
    assert "Accounts switched on: 0." in act(clerk, "switch_on", charlie)


@pytest.mark.parametrize("action", ["end_sessions", "switch_off", "remove_second_steps"])
def test_names_the_accounts_before_anything_happens(clerk, charlie, action):
    charlie.set_password(PASSWORD)
    Authenticator.objects.create(user=charlie, type="totp", data={})
    chosen = {"action": action, "_selected_action": charlie.pk}
    html = " ".join(clerk.post(LIST, chosen).content.decode().split())
    assert "<li> charlie@example.com (Charlie" in html and 'name="confirmed"' in html
    charlie.refresh_from_db()
    assert charlie.is_active and charlie.authenticator_set.exists() and events() == []


def test_says_whose_account_was_left_as_it_was_and_why(clerk, charlie):
    dora = invitations.invite("dora@example.com").consumer
    told = act(clerk, "switch_off", charlie, dora, make_superuser("Olga"))
    assert "Accounts switched off: 1." in told and "dora@example.com: invited, not yet active." in told
    assert "olga@example.com: an operator’s account" in told
    assert "charlie@example.com: switched off already." in act(clerk, "switch_off", charlie)
    assert "charlie@example.com: signed in nowhere." in act(clerk, "end_sessions", charlie)
    assert "charlie@example.com: has no second step." in act(clerk, "remove_second_steps", charlie)
    assert "charlie@example.com: has no invitation" in act(clerk, "withdraw", charlie)
    assert "dora@example.com: nobody has proved" in act(clerk, "switch_on", dora)


def buttons(browser, consumer):
    html = browser.get(f"{LIST}{consumer.pk}/change/").content.decode()
    return re.findall(r'<button class="button" name="action" value="(\w+)"', html)


def test_the_same_is_done_by_buttons_on_a_consumers_own_page(clerk, charlie):
    dora = invitations.invite("dora@example.com").consumer
    assert buttons(clerk, dora) == ["invite", "withdraw"]
    assert buttons(clerk, charlie) == ["end_sessions", "switch_off"]
    told = act(clerk, "switch_off", charlie, from_page="yes")
    assert "Accounts switched off: 1." in told and "Lines of this account" in told
    assert buttons(clerk, charlie) == ["switch_on"]


def test_an_operators_page_has_no_buttons_for_who_is_no_superuser(clerk):
    assert buttons(clerk, make_superuser("Olga")) == []


def test_an_account_whose_address_nobody_proved_is_not_switched_on(clerk):
    dora = invitations.invite("dora@example.com").consumer
    assert "Accounts switched on: 0." in act(clerk, "switch_on", dora)
    assert not Consumer.objects.get(pk=dora.pk).is_active


def test_signs_out_everywhere(clerk, charlie):
    charlie.set_password(PASSWORD)
    charlie.save()
    browser = Client()
    type_password(browser, login="charlie@example.com")
    assert browser.get("/accounts/name/").status_code == 200
    assert "Consumers signed out: 1." in act(clerk, "end_sessions", charlie)
    assert browser.get("/accounts/name/").status_code == 302
    assert events()[-1] == ("device_signed_out", "charlie@example.com", "clara@example.com")


def test_removes_the_second_steps_of_one_who_is_told(clerk, charlie):
    Authenticator.objects.create(user=charlie, type="totp", data={})
    Authenticator.objects.create(user=charlie, type="recovery_codes", data={})
    assert "Second steps removed from: 1." in act(clerk, "remove_second_steps", charlie)
    assert not Authenticator.objects.filter(user=charlie).exists()
    assert mail.outbox[0].to == ["charlie@example.com"] and "removed the second step" in mail.outbox[0].body
    assert events() == [("second_step_removed", "charlie@example.com", "clara@example.com")]


def test_removes_second_steps_of_one_at_a_time(clerk, alice, bob):
    Authenticator.objects.create(user=alice, type="totp", data={})
    assert "Choose one consumer" in act(clerk, "remove_second_steps", alice, bob)
    assert Authenticator.objects.filter(user=alice).exists()


def test_invites_again_and_withdraws(clerk, charlie):
    dora = invitations.invite("dora@example.com").consumer
    assert ">Invited until" in act(clerk, "invite", dora)
    told = act(clerk, "invite", charlie)
    assert "There is an account with this address. (charlie@example.com)" in told
    assert "Invitations withdrawn: 1." in act(clerk, "withdraw", dora, charlie)
    assert invitations.state(Invitation.objects.get()) == "withdrawn" and len(mail.outbox) == 2


def test_the_list_of_invitations_does_the_same(clerk):
    invitation = invitations.invite("dora@example.com")
    page = "/admin/accounts/invitation/"
    assert "invited until" in clerk.get(page).content.decode()
    assert "invited until" in act(clerk, "invite_again", invitation, page=page)
    assert "Invitations withdrawn: 1." in act(clerk, "withdraw", invitation, page=page)
    assert clerk.get(f"{page}{invitation.pk}/change/").status_code == 200
    assert clerk.post(f"{page}{invitation.pk}/delete/", {"post": "yes"}).status_code == 403
    assert clerk.get(f"{page}add/").status_code == 403


def test_deleting_says_what_goes_and_leaves_the_log(clerk, charlie, claims):
    OutgoingMessage.objects.create(consumer=charlie, securebox=claims, nonce=uuid4())
    invitations.Invitation.objects.create(consumer=charlie)
    page = f"{LIST}{charlie.pk}/delete/"
    words = clerk.get(page).content.decode()
    assert "goes for good" in words and "stays where it is" in words
    clerk.post(page, {"post": "yes"})
    assert not Consumer.objects.filter(email="charlie@example.com").exists()
    assert events() == [("account_closed", "charlie@example.com", "clara@example.com")]


def test_accounts_are_not_deleted_in_bulk(clerk, charlie):
    act(clerk, "delete_selected", charlie)
    assert Consumer.objects.filter(pk=charlie.pk).exists()


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
def test_no_page_shows_secrets_or_says_that_an_address_is_proved(superuser, model):
    assert superuser.get(f"/admin/{model}/").status_code == 404


def test_the_admins_own_sign_in_page_is_the_portals(client):
    assert client.get("/admin/login/").url == "/accounts/login/?next=%2Fadmin%2Flogin%2F"
    assert client.post("/admin/login/", {"username": "x", "password": "y"}).status_code == 302


def test_a_consumer_reaches_none_of_it(charlie):
    Authenticator.objects.create(user=charlie, type="totp", data={})
    browser = sign_in(charlie)
    for page in (LIST, f"{LIST}add/", f"{LIST}{charlie.pk}/change/", "/admin/accounts/invitation/"):
        assert browser.get(page, follow=True).status_code == 403


def test_addresses_stay_proved_as_they_were(superuser, charlie):
    before = list(EmailAddress.objects.values())
    change(superuser, charlie, first_name="Karl", last_name="Example")
    assert list(EmailAddress.objects.values()) == before


def test_signing_out_of_the_admin_is_signing_out(superuser):
    answer = superuser.post("/admin/logout/")
    assert answer.url == "/accounts/login/" and answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert superuser.get(LIST).status_code == 302


def test_the_admin_keeps_no_history_of_its_own(superuser, charlie):
    change(superuser, charlie, first_name="Karl", last_name="Example")
    assert not LogEntry.objects.exists()
    assert superuser.get(f"{LIST}{charlie.pk}/history/").url.endswith(f"?consumer__id__exact={charlie.pk}")
    assert "Recent actions" not in superuser.get("/admin/").content.decode()
