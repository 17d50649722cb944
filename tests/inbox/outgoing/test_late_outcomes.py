"""Unconfirmed messages: second attempts, outcomes that come late, and what the page says about them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from inbox.access import mailbox_of
from inbox.models import OutgoingMessage
from inbox.outgoing import delivery, sending, transitions
from tests.inbox.helpers import LETTER, choose, make_due, outgoing_page, reload, send

pytestmark = pytest.mark.postgresql

ALICE = "alice@example.com"
REFUSAL = {"kind": "status", "status": 400, "code": "INVALID_PARAMETER"}
TOO_MANY = {"kind": "status", "status": 429}


@pytest.fixture
def unconfirmed(alice_client, sandbox) -> OutgoingMessage:
    """An unconfirmed message, which did not arrive."""
    sandbox.fault("close", operation="send", times=1)
    message = send(alice_client)
    assert message.state == "unconfirmed"
    return message


def send_again(client, sandbox, message, **fault) -> OutgoingMessage:
    sandbox.fault(operation="send", times=1, **fault)
    return choose(client, message, "again", attempts=message.attempts)


def store_a_copy(sandbox) -> None:
    sandbox.add(ALICE, LETTER["subject"], text=LETTER["text"], securebox="Claims01", direction="inbound")


def after_run(message: OutgoingMessage) -> OutgoingMessage:
    make_due(message)
    delivery.run()
    return reload(message)


# --- Lookups after a second attempt -----------------------------------------------------------------------


@pytest.fixture(params=["refused again", "taken back"])
def unconfirmed_again(request, alice_client, sandbox, unconfirmed) -> OutgoingMessage:
    """Its lookups were used up; then it was sent again, which failed."""
    OutgoingMessage.objects.update(due_at=None, lookup_count=6)
    if request.param == "refused again":
        return send_again(alice_client, sandbox, unconfirmed, **REFUSAL)
    assert send_again(alice_client, sandbox, unconfirmed, **TOO_MANY).state == "queued"
    return choose(alice_client, unconfirmed, "cancel")


def test_a_failed_second_attempt_restarts_the_lookups(unconfirmed_again):
    wait = unconfirmed_again.due_at - timezone.now()
    assert (
        unconfirmed_again.state,
        unconfirmed_again.lookup_count,
        unconfirmed_again.unconfirmed_attempts,
    ) == (
        "unconfirmed",
        0,
        1,
    )
    assert wait.total_seconds() == pytest.approx(5, abs=3)


def test_a_message_is_found_by_the_restarted_lookups(unconfirmed_again, sandbox):
    assert after_run(unconfirmed_again).state == "unconfirmed"
    store_a_copy(sandbox)
    assert (after_run(unconfirmed_again).state, reload(unconfirmed_again).unconfirmed_attempts) == ("sent", 0)


# --- The page names the reason ----------------------------------------------------------------------------


def test_the_page_says_that_the_second_attempt_was_refused(alice_client, sandbox, unconfirmed):
    assert "The connection dropped while we were sending this" in outgoing_page(alice_client, unconfirmed)
    html = outgoing_page(alice_client, send_again(alice_client, sandbox, unconfirmed, **REFUSAL))
    assert "When we sent it again, our messaging system rejected it." in html
    assert "We’re checking and will update this page" in html and "it broke." in html


def test_the_page_says_that_the_api_did_not_answer_for_too_long(alice_client, settings, sandbox, unconfirmed):
    message = send_again(alice_client, sandbox, unconfirmed, **TOO_MANY)
    OutgoingMessage.objects.update(
        tried_since=timezone.now() - timedelta(hours=settings.PORTAL_DELIVER_HOURS + 1)
    )
    sandbox.fault(operation="send", times=1, **TOO_MANY)
    assert after_run(message).state == "unconfirmed"
    assert "we couldn’t reach our messaging system for too long" in outgoing_page(alice_client, message)


@pytest.mark.parametrize("find_out", ["by the page", "by a run"])
def test_a_changed_address_is_shown_and_stops_the_lookups(
    alice_client, alice, sandbox, unconfirmed, find_out
):
    alice.email = "alice.new@example.com"
    alice.save()
    alice.mark_verified()
    make_due(unconfirmed)
    sandbox.forget_calls()
    if find_out == "by a run":
        delivery.run()
    html = outgoing_page(alice_client, unconfirmed)
    assert "Your email address has changed since, so we can’t check." in html and "it broke." in html
    assert reload(unconfirmed).due_at is None and sandbox.calls("list") == []


def test_a_closed_securebox_is_shown_and_stops_the_lookups(alice_client, alice, claims, sandbox, unconfirmed):
    claims.consumers.remove(alice)
    make_due(unconfirmed)
    sandbox.forget_calls()
    html = outgoing_page(alice_client, unconfirmed)
    assert "You no longer have access to this department, so we can’t check." in html and "it broke." in html
    assert "Check now" not in html and "Send it again" not in html and "Discard this message" in html
    assert sandbox.calls() == []


def test_sending_again_restarts_the_hours_of_trying(alice_client, settings, sandbox, unconfirmed):
    long_ago = timezone.now() - timedelta(hours=settings.PORTAL_DELIVER_HOURS + 1)
    OutgoingMessage.objects.update(tried_since=long_ago, queued_at=long_ago)
    assert send_again(alice_client, sandbox, unconfirmed, **TOO_MANY).state == "queued"
    assert after_run(unconfirmed).state == "sent"


# --- Outcomes that come late ------------------------------------------------------------------------------


@pytest.fixture
def held_up(alice_client, sandbox) -> OutgoingMessage:
    """The message as the process that claimed it knows it; its claim has expired since."""
    sandbox.fault(operation="send", times=1, **TOO_MANY)
    sending.claim(message := send(alice_client))
    claimed = reload(message)
    make_due(message)
    assert delivery.expire_claims() == 1 and reload(message).unconfirmed_attempts == 1
    return claimed


@pytest.mark.parametrize(("fault", "state"), [(REFUSAL, "failed"), (TOO_MANY, "queued"), (None, "sent")])
def test_a_late_outcome_replaces_the_unconfirmed_state(alice, sandbox, held_up, fault, state):
    if fault:
        sandbox.fault(operation="send", times=1, **fault)
    sending.attempt(held_up, mailbox_of(alice, "claims"))
    message = reload(held_up)
    assert (message.state, message.unconfirmed_attempts) == (state, 0)


@pytest.fixture
def claimed_by_another(alice_client, sandbox, held_up) -> OutgoingMessage:
    """The message as the first process knows it; it was sent again since, and another process holds the claim."""
    OutgoingMessage.objects.update(state="queued")
    assert sending.claim(held_up)
    return held_up


@pytest.mark.parametrize("fault", [REFUSAL, TOO_MANY, {"kind": "close"}, None])
def test_a_late_outcome_does_not_settle_another_attempt(alice, sandbox, claimed_by_another, fault):
    before = OutgoingMessage.objects.values().get()
    if fault:
        sandbox.fault(operation="send", times=1, **fault)
    sending.attempt(claimed_by_another, mailbox_of(alice, "claims"))
    assert OutgoingMessage.objects.values().get() == before and before["state"] == "sending"


def test_an_expired_earlier_claim_leaves_the_later_one_alone(claimed_by_another):
    assert not transitions.mark_unconfirmed(claimed_by_another)
    assert reload(claimed_by_another).state == "sending"
