"""Sending: the outcome on the page, in the row and in the API, for each kind of answer."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from inbox.access import mailbox_of
from inbox.models import OutgoingMessage
from inbox.outgoing import sending, transitions
from inbox.outgoing.content import decrypt
from inbox.securemail import Sent
from tests.inbox.helpers import LETTER, compose_form, discard, outgoing_page, reload, send
from tests.support.deadlines import hold_deadlines
from tests.support.patience import await_true

pytestmark = pytest.mark.postgresql("inbox.outgoing.sending", "inbox.outgoing.transitions")

ALICE = "alice@example.com"
COMPOSE = "/inbox/claims/compose/"
NOT_SENT = "Your message is safe and we’ll keep trying"
OUR_FAULT = "Something went wrong on our side, so your message hasn’t been sent yet"
REFUSED = "our messaging system rejected it"
UNKNOWN = "may or may not have reached us"

# Fault of the API; resulting state; text on the page; number of copies that the API has.
OUTCOMES = [
    ({"kind": "status", "status": 429}, "queued", NOT_SENT, 0),
    ({"kind": "status", "status": 400, "code": "INVALID_PARAMETER"}, "failed", REFUSED, 0),
    ({"kind": "status", "status": 401}, "queued", OUR_FAULT, 0),
    ({"kind": "status", "status": 403}, "queued", OUR_FAULT, 0),
    ({"kind": "status", "status": 405}, "queued", OUR_FAULT, 0),
    ({"kind": "status", "status": 407}, "queued", OUR_FAULT, 0),
    ({"kind": "status", "status": 400, "code": "INVALID_CLIENT_TOKEN"}, "queued", OUR_FAULT, 0),
    ({"kind": "failure", "code": "INVALID_CONTACT_CENTER"}, "queued", OUR_FAULT, 0),
    ({"kind": "status", "status": 404, "code": "INVALID_ENDPOINT"}, "queued", OUR_FAULT, 0),
    ({"kind": "status", "status": 404}, "failed", REFUSED, 0),
    ({"kind": "status", "status": 413}, "failed", REFUSED, 0),
    ({"kind": "status", "status": 415}, "failed", REFUSED, 0),
    ({"kind": "status", "status": 422}, "failed", REFUSED, 0),
    ({"kind": "failure"}, "failed", REFUSED, 0),
    ({"kind": "status", "status": 408}, "unconfirmed", UNKNOWN, 0),
    ({"kind": "status", "status": 409}, "unconfirmed", UNKNOWN, 0),
    ({"kind": "status", "status": 500}, "unconfirmed", UNKNOWN, 0),
    ({"kind": "status", "status": 503}, "unconfirmed", UNKNOWN, 0),
    ({"kind": "close"}, "unconfirmed", UNKNOWN, 0),
    ({"kind": "hang"}, "unconfirmed", UNKNOWN, 0),
    ({"kind": "redirect"}, "unconfirmed", UNKNOWN, 0),
    ({"kind": "garbage"}, "unconfirmed", UNKNOWN, 0),
    ({"kind": "html"}, "unconfirmed", UNKNOWN, 0),
    ({"kind": "store_then_error"}, "unconfirmed", UNKNOWN, 1),
    ({"kind": "store_then_close"}, "unconfirmed", UNKNOWN, 1),
    ({"kind": "drip", "interval": 0.2}, "unconfirmed", UNKNOWN, 1),
    ({"kind": "late", "seconds": 0.1}, "sent", "Your message was sent to Claims", 1),
]


@pytest.mark.parametrize(("fault", "state", "words", "copies"), OUTCOMES)
def test_each_answer_of_the_api_has_its_state_and_text(
    alice_client, sandbox, settings, monkeypatch, fault, state, words, copies
):
    if fault["kind"] in ("hang", "drip"):
        settings.SECUREMAIL_SEND_DEADLINE = 1.0
        hold_deadlines(monkeypatch)  # Until the message was sent, or else it would stay queued.
    sandbox.fault(operation="send", **fault)
    message = send(alice_client)
    html = outgoing_page(alice_client, message)
    assert await_true(sandbox.hits)  # It may be later than the portal's patience.
    sandbox.heal()
    assert (reload(message).state, len(sandbox.calls("send"))) == (state, 1)
    assert f'data-state="{state}"' in html and words in html
    assert await_true(lambda: len(sandbox.messages(ALICE)) == copies)
    assert state == "sent" or "it broke." in html


@pytest.mark.parametrize("state", ["queued", "failed", "unconfirmed"])
def test_the_list_of_the_securebox_shows_the_state(alice_client, sandbox, state):
    fault = next(fault for fault, came_of_it, *_ in OUTCOMES if came_of_it == state)
    sandbox.fault(operation="send", **fault)
    send(alice_client)
    html = alice_client.get("/inbox/claims/").content.decode()
    words = {"queued": "Waiting to be sent", "failed": "Not sent"}
    assert words.get(state, "We’re not sure this was delivered") in html and "A broken window" in html
    assert "A broken window" not in alice_client.get("/inbox/billing/").content.decode()


def test_an_api_that_is_down_keeps_the_message_queued(alice_client, settings, sandbox):
    settings.SECUREMAIL_API_URL = "http://127.0.0.1:9/nexus/v3"
    message = send(alice_client)
    assert message.state == "queued" and NOT_SENT in outgoing_page(alice_client, message)


def test_sending_erases_the_text(alice_client, sandbox):
    message = send(alice_client)
    content = decrypt(message)
    assert (content.subject, content.text, content.quote) == ("", "", "")
    assert (message.state, message.secure_mail_id) == ("sent", sandbox.messages(ALICE)[0]["id"])


def test_a_form_submitted_repeatedly_is_sent_once(alice_client, sandbox):
    form = compose_form(alice_client)
    first, reload, back = (alice_client.post(COMPOSE, form) for _ in range(3))
    assert first.url == reload.url == back.url and alice_client.get(first.url).status_code == 200
    assert len(sandbox.calls("send")) == 1 and OutgoingMessage.objects.count() == 1


def test_a_form_submitted_with_another_text_sends_only_the_first(alice_client, sandbox):
    form = compose_form(alice_client)
    alice_client.post(COMPOSE, form)
    alice_client.post(COMPOSE, {**form, "text": "Something else"})
    assert [mail["text"] for mail in sandbox.messages(ALICE)] == [LETTER["text"]]


def test_two_forms_send_two_messages(alice_client, sandbox):
    for _ in range(2):
        alice_client.post(COMPOSE, compose_form(alice_client))
    assert len(sandbox.messages(ALICE)) == 2


def test_a_form_submitted_after_discarding_sends_nothing(alice_client, sandbox):
    form = compose_form(alice_client)
    alice_client.post(COMPOSE, {**form, "action": "save"})
    discard(alice_client, OutgoingMessage.objects.get())
    assert "You discarded this message." in alice_client.post(COMPOSE, form, follow=True).content.decode()
    assert sandbox.calls("send") == []


@pytest.mark.django_db(transaction=True)
def test_the_row_is_committed_before_the_first_byte(alice_client, sandbox, monkeypatch):
    """Another connection sees the claimed row while the call is in progress."""
    seen = []

    def send_and_look(mailbox, compose, operation_id):
        seen.append(state_in_another_connection(operation_id))
        return original(mailbox, compose, operation_id)

    original = sending.Mailbox.send
    monkeypatch.setattr(sending.Mailbox, "send", send_and_look)
    send(alice_client)
    assert seen == ["sending"]


def state_in_another_connection(operation_id):
    def read():
        try:
            return OutgoingMessage.objects.get(operation_id=operation_id).state
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(read).result()


@pytest.mark.django_db(transaction=True)
def test_claiming_within_a_transaction_is_refused(alice_client, sandbox):
    sandbox.fault("status", status=429, operation="send")
    message = send(alice_client)
    with transaction.atomic(), pytest.raises(RuntimeError):
        sending.claim(message)


def test_a_message_can_be_claimed_once(alice_client, sandbox):
    sandbox.fault("status", status=429, operation="send")
    message = send(alice_client)
    assert [sending.claim(message) for _ in range(3)] == [True, False, False]


def test_a_process_that_was_held_up_does_not_send_with_an_expired_claim(alice_client, alice, sandbox):
    sandbox.fault("status", status=429, operation="send", times=1)
    message = send(alice_client)
    sending.claim(message)
    OutgoingMessage.objects.filter(pk=message.pk).update(due_at=message.queued_at)
    sending.attempt(reload(message), sending_mailbox(alice))
    assert reload(message).state == "queued" and len(sandbox.calls("send")) == 1


def sending_mailbox(consumer):
    return mailbox_of(consumer, "claims")


def test_a_late_outcome_does_not_overwrite_a_decision(alice_client, alice, sandbox):
    sandbox.fault("status", status=429, operation="send", times=1)
    message = send(alice_client)
    sending.claim(message)
    claimed = reload(message)
    OutgoingMessage.objects.filter(pk=message.pk).update(state="discarded")
    sending.attempt(claimed, sending_mailbox(alice))
    assert reload(message).state == "discarded"


def test_a_late_success_confirms_the_message(alice_client, alice, sandbox):
    sandbox.fault("status", status=429, operation="send", times=1)
    message = send(alice_client)
    sending.claim(message)
    claimed = reload(message)
    transitions.mark_unconfirmed(claimed)
    sending.attempt(claimed, sending_mailbox(alice))
    assert reload(message).state == "sent"


def test_a_message_is_never_sent_under_a_changed_address(alice_client, alice, sandbox):
    sandbox.fault("status", status=429, operation="send", times=1)
    message = send(alice_client)
    alice.email = "alice.new@example.com"
    alice.save()
    alice.mark_verified()
    alice_client.post(f"/outgoing/{message.nonce}/now/")
    assert reload(message).state == "failed" and len(sandbox.calls("send")) == 1
    assert "your email address has changed" in outgoing_page(alice_client, message)


def test_a_message_accepted_without_an_id_is_sent(alice_client, sandbox, monkeypatch):
    monkeypatch.setattr(sending.Mailbox, "send", lambda *_: Sent())
    message = send(alice_client)
    assert (message.state, message.secure_mail_id) == ("sent", "")
    assert "Your message was sent" in outgoing_page(alice_client, message)


def test_an_id_that_the_api_gives_twice_belongs_to_the_first_message(alice_client, sandbox, monkeypatch):
    monkeypatch.setattr(sending.Mailbox, "send", lambda *_: Sent(id="m1"))
    one, other = send(alice_client), send(alice_client)
    assert [(m.state, m.secure_mail_id) for m in (one, other)] == [("sent", "m1"), ("sent", "")]


def test_the_userdata_contains_our_id_if_the_securebox_has_a_key_for_it(alice_client, claims, sandbox):
    claims.operation_key = "PortalOperation"
    claims.save()
    message = send(alice_client)
    (call,) = sandbox.calls("send")
    assert call["body"]["operationId"] == str(message.operation_id)
    assert call["body"]["data"]["userData"] == {"PortalOperation": str(message.operation_id)}
