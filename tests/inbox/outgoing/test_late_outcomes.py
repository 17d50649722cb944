"""What comes after a doubt: late outcomes, other attempts, and what their writer is told of them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from inbox.access import mailbox_of
from inbox.models import OutgoingMessage
from inbox.outgoing import delivery, sending, transitions
from tests.inbox.helpers import LETTER, again, choose, make_due, send, told

pytestmark = pytest.mark.postgresql

ALICE = "alice@example.com"
REFUSAL = {"kind": "status", "status": 400, "code": "INVALID_PARAMETER"}
TOO_MANY = {"kind": "status", "status": 429}


@pytest.fixture
def doubted(alice_client, sandbox) -> OutgoingMessage:
    """A message of which nobody knows whether it arrived. It did not."""
    sandbox.fault("close", operation="send", times=1)
    message = send(alice_client)
    assert message.state == "unconfirmed"
    return message


def send_again(client, sandbox, message, **fault) -> OutgoingMessage:
    sandbox.fault(operation="send", times=1, **fault)
    return choose(client, message, "again", attempts=message.attempts)


def store_a_copy(sandbox) -> None:
    sandbox.add(ALICE, LETTER["subject"], text=LETTER["text"], securebox="Claims01", direction="inbound")


def swept(message: OutgoingMessage) -> OutgoingMessage:
    make_due(message)
    delivery.run()
    return again(message)


# --- It is looked for anew --------------------------------------------------------------------------------


@pytest.fixture(params=["refused again", "taken back"])
def again_in_doubt(request, alice_client, sandbox, doubted) -> OutgoingMessage:
    """Nothing was due for it any more; then it was to be sent again, which came to nothing."""
    OutgoingMessage.objects.update(due_at=None, lookup_count=6)
    if request.param == "refused again":
        return send_again(alice_client, sandbox, doubted, **REFUSAL)
    assert send_again(alice_client, sandbox, doubted, **TOO_MANY).state == "queued"
    return choose(alice_client, doubted, "cancel")


def test_a_second_sending_that_came_to_nothing_is_looked_for_from_the_beginning(again_in_doubt):
    wait = again_in_doubt.due_at - timezone.now()
    assert (again_in_doubt.state, again_in_doubt.lookup_count, again_in_doubt.unconfirmed_attempts) == (
        "unconfirmed",
        0,
        1,
    )
    assert wait.total_seconds() == pytest.approx(5, abs=3)


def test_and_is_found_by_the_next_sweeps_once_it_is_there(again_in_doubt, sandbox):
    assert swept(again_in_doubt).state == "unconfirmed"
    store_a_copy(sandbox)
    assert (swept(again_in_doubt).state, again(again_in_doubt).unconfirmed_attempts) == ("sent", 0)


# --- The page names the reason ----------------------------------------------------------------------------


def test_that_it_was_refused_when_it_was_sent_again_is_told(alice_client, sandbox, doubted):
    assert "the connection broke while it was being sent" in told(alice_client, doubted)
    html = told(alice_client, send_again(alice_client, sandbox, doubted, **REFUSAL))
    assert "When it was sent again, the mail system refused it." in html
    assert "We are looking for it" in html and "it broke." in html


def test_that_upstream_did_not_answer_for_too_long_is_told(alice_client, settings, sandbox, doubted):
    message = send_again(alice_client, sandbox, doubted, **TOO_MANY)
    OutgoingMessage.objects.update(
        tried_since=timezone.now() - timedelta(hours=settings.PORTAL_DELIVER_HOURS + 1)
    )
    sandbox.fault(operation="send", times=1, **TOO_MANY)
    assert swept(message).state == "unconfirmed"
    assert "the mail system did not answer for too long" in told(alice_client, message)


@pytest.mark.parametrize("find_out", ["by the page itself", "by a sweep"])
def test_that_the_address_has_changed_is_told_and_nothing_is_looked_for(
    alice_client, alice, sandbox, doubted, find_out
):
    alice.email = "alice.new@example.com"
    alice.save()
    alice.mark_verified()
    make_due(doubted)
    sandbox.forget_calls()
    if find_out == "by a sweep":
        delivery.run()
    html = told(alice_client, doubted)
    assert "Your e-mail address has changed since, so we cannot look for it." in html and "it broke." in html
    assert again(doubted).due_at is None and sandbox.calls("list") == []


def test_that_the_box_is_closed_is_told_and_nothing_is_looked_for(
    alice_client, alice, claims, sandbox, doubted
):
    claims.consumers.remove(alice)
    make_due(doubted)
    sandbox.forget_calls()
    html = told(alice_client, doubted)
    assert (
        "This mailbox is not open to you any more, so we cannot look for it." in html and "it broke." in html
    )
    assert "Look now" not in html and "Send it again" not in html and "Discard this message" in html
    assert sandbox.calls() == []


def test_sending_again_begins_the_hours_of_trying_anew(alice_client, settings, sandbox, doubted):
    long_ago = timezone.now() - timedelta(hours=settings.PORTAL_DELIVER_HOURS + 1)
    OutgoingMessage.objects.update(tried_since=long_ago, queued_at=long_ago)
    assert send_again(alice_client, sandbox, doubted, **TOO_MANY).state == "queued"
    assert swept(doubted).state == "sent"


# --- Outcomes that come late ------------------------------------------------------------------------------


@pytest.fixture
def held_up(alice_client, sandbox) -> OutgoingMessage:
    """Claimed by somebody who then took so long that the claim has expired. As they know the message."""
    sandbox.fault(operation="send", times=1, **TOO_MANY)
    sending.claim(message := send(alice_client))
    claimed = again(message)
    make_due(message)
    assert delivery.expire_claims() == 1 and again(message).unconfirmed_attempts == 1
    return claimed


@pytest.mark.parametrize(("fault", "state"), [(REFUSAL, "failed"), (TOO_MANY, "queued"), (None, "sent")])
def test_a_late_outcome_takes_the_doubt_back(alice, sandbox, held_up, fault, state):
    if fault:
        sandbox.fault(operation="send", times=1, **fault)
    sending.attempt(held_up, mailbox_of(alice, "claims"))
    message = again(held_up)
    assert (message.state, message.unconfirmed_attempts) == (state, 0)


@pytest.fixture
def claimed_by_another(alice_client, sandbox, held_up) -> OutgoingMessage:
    """Its writer has had it sent again since, and another process holds the claim. As the first knows it."""
    OutgoingMessage.objects.update(state="queued")
    assert sending.claim(held_up)
    return held_up


@pytest.mark.parametrize("fault", [REFUSAL, TOO_MANY, {"kind": "close"}, None])
def test_no_late_outcome_settles_the_attempt_of_another(alice, sandbox, claimed_by_another, fault):
    before = OutgoingMessage.objects.values().get()
    if fault:
        sandbox.fault(operation="send", times=1, **fault)
    sending.attempt(claimed_by_another, mailbox_of(alice, "claims"))
    assert OutgoingMessage.objects.values().get() == before and before["state"] == "sending"


def test_who_died_with_an_earlier_claim_leaves_the_later_one_alone(claimed_by_another):
    assert not transitions.mark_unconfirmed(claimed_by_another)
    assert again(claimed_by_another).state == "sending"
