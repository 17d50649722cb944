"""Actions on consumers and invitations in the admin: in the list, and as buttons on a consumer's own page."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client

from portal.accounts.models import Consumer, Invitation
from portal.accounts.signup import invitations
from tests.accounts.admin.consumer_pages import LIST, act, events
from tests.accounts.operators import make_superuser
from tests.accounts.signing_in import PASSWORD
from tests.accounts.signing_in import sign_in as type_password
from tests.conftest import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql("portal.accounts.admin.operations")]


def test_actions_switch_an_account_off_and_on(clerk, charlie):
    browser = sign_in(charlie)
    charlie.set_password(PASSWORD)
    assert "Accounts switched off: 1." in act(clerk, "switch_off", charlie)
    assert browser.get("/accounts/name/").status_code == 302
    assert "Accounts switched on: 1." in act(clerk, "switch_on", charlie)
    assert [event for event, *_ in events()] == ["deactivated", "activated"]
    assert "Accounts switched on: 0." in act(clerk, "switch_on", charlie)


@pytest.mark.parametrize("action", ["end_sessions", "switch_off", "remove_second_steps"])
def test_action_lists_the_accounts_before_it_runs(clerk, charlie, action):
    charlie.set_password(PASSWORD)
    Authenticator.objects.create(user=charlie, type="totp", data={})
    chosen = {"action": action, "_selected_action": charlie.pk}
    html = " ".join(clerk.post(LIST, chosen).content.decode().split())
    assert "<li> charlie@example.com (Charlie" in html and 'name="confirmed"' in html
    charlie.refresh_from_db()
    assert charlie.is_active and charlie.authenticator_set.exists() and events() == []


def test_action_reports_which_accounts_it_left_unchanged_and_why(clerk, charlie):
    dora = invitations.invite("dora@example.com").consumer
    told = act(clerk, "switch_off", charlie, dora, make_superuser("Olga"))
    assert "Accounts switched off: 1." in told and "dora@example.com: invited, not yet active." in told
    assert "olga@example.com: an operator’s account" in told
    assert "charlie@example.com: switched off already." in act(clerk, "switch_off", charlie)
    assert "charlie@example.com: signed in nowhere." in act(clerk, "end_sessions", charlie)
    assert "charlie@example.com: has no two-step verification." in act(clerk, "remove_second_steps", charlie)
    assert "charlie@example.com: has no invitation" in act(clerk, "withdraw", charlie)
    assert "dora@example.com: nobody has proved" in act(clerk, "switch_on", dora)


def buttons(browser, consumer):
    html = browser.get(f"{LIST}{consumer.pk}/change/").content.decode()
    return re.findall(r'<button class="button" name="action" value="(\w+)"', html)


def test_buttons_on_a_consumers_page_run_actions(clerk, charlie):
    dora = invitations.invite("dora@example.com").consumer
    assert buttons(clerk, dora) == ["invite", "withdraw"]
    assert buttons(clerk, charlie) == ["end_sessions", "switch_off"]
    told = act(clerk, "switch_off", charlie, from_page="yes")
    assert "Accounts switched off: 1." in told and "Lines of this account" in told
    assert buttons(clerk, charlie) == ["switch_on"]


def test_operators_page_has_no_buttons_for_a_clerk(clerk):
    assert buttons(clerk, make_superuser("Olga")) == []


def test_account_with_an_unproved_address_is_not_switched_on(clerk):
    dora = invitations.invite("dora@example.com").consumer
    assert "Accounts switched on: 0." in act(clerk, "switch_on", dora)
    assert not Consumer.objects.get(pk=dora.pk).is_active


def test_action_ends_all_sessions(clerk, charlie):
    charlie.set_password(PASSWORD)
    charlie.save()
    browser = Client()
    type_password(browser, login="charlie@example.com")
    assert browser.get("/accounts/name/").status_code == 200
    assert "Consumers signed out: 1." in act(clerk, "end_sessions", charlie)
    assert browser.get("/accounts/name/").status_code == 302
    assert events()[-1] == ("device_signed_out", "charlie@example.com", "clara@example.com")


def test_action_removes_second_steps_and_sends_a_mail(clerk, charlie):
    Authenticator.objects.create(user=charlie, type="totp", data={})
    Authenticator.objects.create(user=charlie, type="recovery_codes", data={})
    assert "Two-step verification removed from: 1." in act(clerk, "remove_second_steps", charlie)
    assert not Authenticator.objects.filter(user=charlie).exists()
    assert (
        mail.outbox[0].to == ["charlie@example.com"]
        and "removed two-step verification" in mail.outbox[0].body
    )
    assert events() == [("second_step_removed", "charlie@example.com", "clara@example.com")]


def test_second_steps_are_removed_for_one_consumer_at_a_time(clerk, alice, bob):
    Authenticator.objects.create(user=alice, type="totp", data={})
    assert "Choose one consumer" in act(clerk, "remove_second_steps", alice, bob)
    assert Authenticator.objects.filter(user=alice).exists()


def test_actions_invite_again_and_withdraw(clerk, charlie):
    dora = invitations.invite("dora@example.com").consumer
    assert ">Invited until" in act(clerk, "invite", dora)
    told = act(clerk, "invite", charlie)
    assert "There is an account with this address. (charlie@example.com)" in told
    assert "Invitations withdrawn: 1." in act(clerk, "withdraw", dora, charlie)
    assert invitations.state(Invitation.objects.get()) == "withdrawn" and len(mail.outbox) == 2


def test_invitation_list_invites_again_and_withdraws(clerk):
    invitation = invitations.invite("dora@example.com")
    page = "/admin/accounts/invitation/"
    assert "invited until" in clerk.get(page).content.decode()
    assert "invited until" in act(clerk, "invite_again", invitation, page=page)
    assert "Invitations withdrawn: 1." in act(clerk, "withdraw", invitation, page=page)
    assert clerk.get(f"{page}{invitation.pk}/change/").status_code == 200
    assert clerk.post(f"{page}{invitation.pk}/delete/", {"post": "yes"}).status_code == 403
    assert clerk.get(f"{page}add/").status_code == 403


def test_bulk_deletion_is_not_possible(clerk, charlie):
    act(clerk, "delete_selected", charlie)
    assert Consumer.objects.filter(pk=charlie.pk).exists()
