"""How much is asked upstream when a message in doubt is looked for: little, once, and not for long."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from inbox.models import OutgoingMessage
from inbox.outgoing import delivery, reconciling, transitions
from tests.inbox.helpers import LETTER, again, choose, make_due, send, told

pytestmark = pytest.mark.postgresql

ALICE = "alice@example.com"
LONG = "The same beginning. " * 30  # Longer than what a list tells of it.


@pytest.fixture
def doubted(alice_client, sandbox) -> OutgoingMessage:
    """A message in doubt, which did not arrive."""
    return in_doubt(alice_client, sandbox, text=LONG)


def in_doubt(client, sandbox, slug="claims", **typed) -> OutgoingMessage:
    sandbox.fault("close", operation="send", times=1)
    message = send(client, slug, **typed)
    sandbox.forget_calls()
    return message


def store(sandbox, number: int, **more) -> None:
    """So many messages of alice's that could be it, by their subject and the beginning of their text."""
    letter = {"address": ALICE, "subject": LETTER["subject"], "securebox": "Claims01", "direction": "inbound"}
    sandbox.add_many([{**letter, "text": f"{LONG} No. {count}", **more} for count in range(number)])


# --- For whoever waits ------------------------------------------------------------------------------------


def test_a_waiting_person_waits_no_longer_than_a_deadline(alice_client, settings, sandbox, doubted):
    settings.SECUREMAIL_DEADLINE = 1.0
    store(sandbox, 10)
    sandbox.fault("delay", operation="get", seconds=0.4)
    make_due(doubted)
    started = time.monotonic()
    assert "We are looking for it" in told(alice_client, doubted)
    assert time.monotonic() - started < 10 * 0.4  # As long as all of them would take.
    assert len(sandbox.calls("get")) <= 4


def test_what_could_not_be_looked_through_in_time_is_no_look_and_goes_on_later(
    alice_client, settings, sandbox, doubted
):
    settings.SECUREMAIL_DEADLINE = 0.5
    store(sandbox, 9)
    store(sandbox, 1, text=LONG)
    sandbox.fault("delay", operation="get", seconds=0.3)
    make_due(doubted)
    told(alice_client, doubted)
    wait = again(doubted).due_at - timezone.now()
    assert again(doubted).lookup_count == 0 and wait.total_seconds() == pytest.approx(15, abs=3)
    sandbox.heal()
    make_due(doubted)
    delivery.run()
    assert again(doubted).state == "sent"


def test_ten_messages_are_looked_into_at_most(alice_client, claims, sandbox, doubted):
    claims.operation_key = "PortalOperation"
    claims.save()
    store(sandbox, 12)
    make_due(doubted)
    told(alice_client, doubted)
    assert len(sandbox.calls("userdata")) == 10 and len(sandbox.calls("get")) == 10


def test_pressing_look_now_many_times_looks_once(alice_client, sandbox, doubted):
    for _ in range(5):
        choose(alice_client, doubted, "check")
        assert "We are looking for it" in told(alice_client, doubted)
    assert len(sandbox.calls("list")) == 1


def test_pressing_it_again_after_a_while_looks_again(alice_client, sandbox, doubted):
    for _ in range(2):
        choose(alice_client, doubted, "check")
        told(alice_client, doubted)
        OutgoingMessage.objects.update(unconfirmed_since=timezone.now() - timedelta(seconds=6))
    assert len(sandbox.calls("list")) == 2


def test_the_list_looks_for_one_message_at_most(alice_client, sandbox, doubted):
    for message in (doubted, *(in_doubt(alice_client, sandbox) for _ in range(2))):
        make_due(message)
    sandbox.forget_calls()
    alice_client.get("/inbox/claims/")
    assert sorted(OutgoingMessage.objects.values_list("lookup_count", flat=True)) == [0, 0, 1]


# --- By several processes ---------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_several_processes_at_once_one_looks(alice_client, sandbox, doubted, monkeypatch):
    make_due(doubted)
    together = Barrier(2)
    reserve = transitions.reserve_lookup
    monkeypatch.setattr(
        transitions,
        "reserve_lookup",
        lambda message, until: together.wait(10) >= 0 and reserve(message, until),
    )

    def sweep(_process: int) -> int:
        try:
            return delivery.look_up_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as processes:
        looked = sorted(processes.map(sweep, range(2)))
    assert looked == [0, 1] and len(sandbox.calls("list")) == 1


def test_should_the_process_that_looks_die_another_may_after_a_minute(
    alice_client, sandbox, doubted, monkeypatch
):
    make_due(doubted)
    monkeypatch.setattr(reconciling, "_find", lambda *_: 1 / 0)
    delivery.run()
    wait = again(doubted).due_at - timezone.now()
    assert again(doubted).lookup_count == 0 and wait.total_seconds() == pytest.approx(60, abs=3)


# --- Within the time of its attempt -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "state"),
    [(-6, "unconfirmed"), (-4, "sent"), (0, "sent"), (64, "sent"), (66, "unconfirmed")],
)
def test_a_copy_dated_outside_the_time_of_the_attempt_is_another_message(
    alice_client, sandbox, doubted, minutes, state
):
    date: datetime = doubted.claimed_at + timedelta(minutes=minutes)
    store(sandbox, 1, text=LONG, date=date.isoformat())
    make_due(doubted)
    delivery.run()
    assert again(doubted).state == state
