"""The page that support sees when a customer calls: what is wrong, why, and what to say; never a word of a message."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from inbox.models import OutgoingMessage
from inbox.resilience import channel
from portal.accounts.emails import queue
from portal.accounts.log_ids import log_ids
from portal.accounts.models import Activity, Consumer, PortalMail
from portal.accounts.signup import invitations
from portal.operations.support import messages, sign_ins
from tests.accounts.operators import make_clerk, make_operator, make_superuser
from tests.accounts.signing_in import add_totp
from tests.accounts.signing_in import sign_in as type_password
from tests.conftest import make_consumer, sign_in
from tests.inbox.helpers import LETTER, send
from tests.support.lost_cache import redis_at, unused_port

State = OutgoingMessage.State
SIX_O_CLOCK = "2026-11-28T18:00:00Z"


@pytest.fixture
def clerk(db) -> Client:
    """The browser of Clara, who helps customers."""
    return sign_in(make_clerk("Clara"))


def address(consumer: Consumer) -> str:
    return f"/admin/operations/customers/{consumer.pk}/"


def page(browser: Client, consumer: Consumer) -> str:
    return words(browser.get(address(consumer)).content.decode())


def words(html: str) -> str:
    """What a person reads of it."""
    body = html.partition('id="content-main"')[2]
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", body).split()))


def leave_waiting(alice_client: Client, sandbox) -> OutgoingMessage:
    sandbox.fault("status", status=429, operation="send")
    return send(alice_client)


# --- Who may see it ---------------------------------------------------------------------------------------


def test_the_consumers_page_leads_there(clerk, anna):
    link = f'href="{address(anna)}"'
    assert link in clerk.get(f"/admin/accounts/consumer/{anna.pk}/change/").content.decode()


def test_it_takes_a_right_of_its_own(anna):
    assert sign_in(make_operator("Otto")).get(address(anna)).status_code == 403
    assert sign_in(anna).get(address(anna)).status_code == 302


def test_operators_accounts_are_for_superusers(clerk):
    otto = make_operator("Otto")
    assert clerk.get(address(otto)).status_code == 404
    assert sign_in(make_superuser("Olga")).get(address(otto)).status_code == 200


def test_each_view_is_a_line_that_the_customer_sees_too(clerk, anna):
    clerk.get(address(anna))
    line = Activity.objects.get(event="support_viewed")
    assert (line.consumer, line.by) == (anna, "clara@example.com")
    assert "Account viewed for support" in sign_in(anna).get("/accounts/activity/").content.decode()


def test_views_are_limited_like_searches(clerk, anna, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"admin_search": "2/m/user"}
    assert [clerk.get(address(anna)).status_code for _ in range(3)] == [200, 200, 429]
    assert Activity.objects.filter(event="support_viewed").count() == 2


# --- The account ------------------------------------------------------------------------------------------


def test_it_says_how_they_sign_in_where_they_are_and_what_stands_for_them_in_the_log(clerk, anna):
    add_totp(anna)
    browser = Client()
    browser.post("/accounts/login/", {"login": anna.email, "password": "wrong"}, REMOTE_ADDR="192.0.2.77")
    shown = page(clerk, anna)
    assert "Account active" in shown and f"Email address {anna.email}" in shown
    assert "Authenticator" in shown and "Signed in now nowhere" in shown
    assert log_ids(anna)[0] in shown
    line = Activity.objects.get(event="sign_in_failed")
    assert f"Sign-in failed: wrong password Unknown device 192.0.2.0/24 request {line.request_id}" in shown
    assert "192.0.2.77" not in shown


@pytest.mark.parametrize(
    ("network", "expected"),
    [("192.0.2.7", "192.0.2.0/24"), ("2001:db8:1:2::7", "2001:db8:1::/48"), (None, "")],
)
def test_of_a_network_only_its_class_is_shown(network, expected):
    assert sign_ins.network_class(network) == expected


def test_an_account_that_cannot_be_used_is_told_with_what_to_do(clerk, anna):
    Consumer.objects.filter(pk=anna.pk).update(is_active=False)
    assert "switched off" in page(clerk, anna)
    invitations.invite("dora@example.com")
    dora = Consumer.objects.get(email="dora@example.com")
    assert "invited, and not accepted yet" in page(clerk, dora)
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        assert "the invitation is no longer valid" in page(sign_in(make_clerk("Cleo")), dora)


def test_an_unverified_address_is_told(clerk):
    eve = Consumer.objects.create_user("eve@example.com")
    shown = page(clerk, eve)
    assert "not verified: eve@example.com" in shown and "enter the code" in shown
    assert "None, as long as the account is not active and its address not verified." in shown


# --- Limits -----------------------------------------------------------------------------------------------


def test_limits_that_hold_now_are_told_until_when(clerk, anna):
    assert "Limits that hold now None." in page(clerk, anna)
    with time_machine.travel(SIX_O_CLOCK, tick=False):
        for _ in range(6):
            type_password(Client(), "a-wrong-password", REMOTE_ADDR="192.0.2.77")
        shown = page(sign_in(make_clerk("Cleo")), anna)
    assert "Wrong passwords used up until 18:05 from the network 192.0.2.0/24" in shown
    assert "sign in with a code" in shown


def test_second_steps_that_are_used_up_are_told(clerk, anna):
    add_totp(anna)
    type_password(browser := Client())
    for _ in range(6):
        browser.post("/accounts/2fa/authenticate/", {"code": "123456"})
    assert "Wrong codes in two-step verification used up until" in page(clerk, anna)


def test_mailed_codes_that_are_used_up_are_told(clerk, anna, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"mailed_code_total": "1/h/key"}
    Client().post("/accounts/login/code/", {"email": anna.email})
    assert "Emailed codes used up until" in page(clerk, anna) and "long code" in page(clerk, anna)


def test_without_the_cache_it_says_that_limits_are_not_known_and_shows_the_rest(clerk, anna, settings):
    settings.CACHES = redis_at(unused_port())
    shown = page(clerk, anna)
    assert "Not known the cache, which counts them, is lost" in shown and "Account active" in shown


# --- Mails ------------------------------------------------------------------------------------------------


def test_a_mail_that_the_mail_server_does_not_take_is_told_without_its_content(clerk, anna, monkeypatch):
    monkeypatch.setattr(queue, "_queue", PortalMail.save)
    valid = {"expires_at": timezone.now() + timedelta(minutes=10)}
    queue.add_code("account/email/login_code", anna.email, {"code": "1234-5678"}, topic="sign-in", **valid)
    queue.add_decoy(anna.email, topic="another", **valid)
    shown = page(clerk, anna)
    assert "Emails to them that wait A code written" in shown
    assert "0 attempts next attempt" in shown
    PortalMail.objects.update(attempts=3)
    shown = page(clerk, anna)
    assert "3 attempts" in shown and "the mail server does not take it" in shown and "1234" not in shown


def test_a_mail_to_somebody_else_is_not_told(clerk, anna, charlie, monkeypatch):
    monkeypatch.setattr(queue, "_queue", PortalMail.save)
    queue.add_notice("accounts/email/account_closed", charlie.email, {})
    assert "Emails to them that wait None" in page(clerk, anna)


# --- Messages and boxes -----------------------------------------------------------------------------------


def test_a_message_under_way_is_told_with_reason_times_and_request_and_without_a_word(
    clerk, alice, alice_client, sandbox
):
    message = leave_waiting(alice_client, sandbox)
    calls = len(sandbox.calls())
    shown = page(clerk, alice)
    assert "Claims waiting: the API did not take it the last time" in shown
    assert "1 attempt" in shown and "last attempt" in shown and f"request {message.request_id}" in shown
    assert "next attempt" in shown and "by itself" in shown
    assert not [word for word in (*LETTER.values(), str(message.operation_id)) if word in shown]
    assert len(sandbox.calls()) == calls


def test_drafts_are_counted(clerk, alice, claims):
    row = {"consumer": alice, "securebox": claims, "encrypted_content": "x"}
    OutgoingMessage.objects.create(nonce="0b9c1e6e-9d4e-4b7e-8d6e-0a3e9f1c2d3b", **row)
    assert "Drafts 1 draft" in page(clerk, alice)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"state": State.SENDING}, "being sent"),
        ({"state": State.QUEUED, "reason": "not_let_in"}, "the API refuses the portal"),
        ({"state": State.QUEUED, "reason": "key"}, "the key that opens it is missing"),
        ({"state": State.FAILED, "reason": "too_long"}, "did not take it for too long"),
        ({"state": State.FAILED, "reason": "closed"}, "was no longer open to them"),
        ({"state": State.UNCONFIRMED, "due_at": timezone.now()}, "is being looked for"),
        ({"state": State.UNCONFIRMED, "due_at": None}, "not confirmed, and not found"),
        ({"state": State.UNCONFIRMED, "unanswered_since": timezone.now()}, "cannot be looked for"),
        ({"state": State.QUEUED, "reason": "of a later release"}, "waiting to be delivered"),
    ],
)
def test_each_reason_has_its_words(fields, expected):
    state, _advice = messages._words(OutgoingMessage(**fields))
    assert expected in state


def test_the_boxes_tell_whether_they_are_called_and_what_may_still_be_sent(clerk, alice, settings):
    settings.PORTAL_SEND_HOURLY = 7
    shown = page(clerk, alice)
    assert "Claims no trouble known may send 7 messages now" in shown and "Billing no trouble known" in shown


def test_a_box_in_trouble_for_this_customer_alone_is_told(clerk, alice, alice_client, sandbox):
    sandbox.fault("status", status=503)
    for _ in range(6):
        alice_client.get("/inbox/claims/")
    assert "Claims has trouble with this customer’s messages alone" in page(clerk, alice)
    channel.reset()
    assert "trouble with this customer" not in page(clerk, alice)


def test_at_the_press_of_a_button_each_box_is_asked_and_that_is_a_line_too(clerk, alice, sandbox):
    answer = words(clerk.post(address(alice)).content.decode())
    assert len(re.findall(r"answers, within \d+ ms", answer)) == 2
    assert {call["operation"] for call in sandbox.calls()} == {"count"}
    assert Activity.objects.get(event="securemail_checked").by == "clara@example.com"
    sandbox.fault("status", status=503)
    assert "Claims does not answer count: HTTP 503" in words(clerk.post(address(alice)).content.decode())


def test_a_customer_without_a_box_is_told(clerk):
    assert "No securebox is open to them" in page(clerk, make_consumer("Charlie"))
