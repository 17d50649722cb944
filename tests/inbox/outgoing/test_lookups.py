"""What looking up an unconfirmed message costs: few calls, once, within a time limit."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from inbox.models import OutgoingMessage
from inbox.outgoing import delivery, reconciling, transitions
from tests.inbox.helpers import LETTER, choose, make_due, outgoing_page, reload, send
from tests.support.patience import MINUTE

pytestmark = pytest.mark.postgresql

ALICE = "alice@example.com"
LONG = "The same beginning. " * 30  # Longer than the beginning of it that a list contains.


@pytest.fixture
def slow_fetches(monkeypatch, settings, sandbox) -> Iterator[pytest.MonkeyPatch]:
    """By the clock of lookups, each message that is fetched takes ten of the 25 seconds there are; until undone."""
    settings.SECUREMAIL_DEADLINE = 25.0
    with monkeypatch.context() as patch:
        patch.setattr(reconciling, "monotonic", lambda: 10.0 * len(sandbox.calls("get")))
        yield patch


@pytest.fixture
def unconfirmed(alice_client, sandbox) -> OutgoingMessage:
    """An unconfirmed message, which did not arrive."""
    return send_unconfirmed(alice_client, sandbox, text=LONG)


def send_unconfirmed(client, sandbox, slug="claims", **typed) -> OutgoingMessage:
    sandbox.fault("close", operation="send", times=1)
    message = send(client, slug, **typed)
    sandbox.forget_calls()
    return message


def store(sandbox, number: int, **more) -> None:
    """Add messages of Alice's that have the same subject and the same beginning of the text."""
    letter = {"address": ALICE, "subject": LETTER["subject"], "securebox": "Claims01", "direction": "inbound"}
    sandbox.add_many([{**letter, "text": f"{LONG} No. {count}", **more} for count in range(number)])


# --- On a page --------------------------------------------------------------------------------------------


def test_a_lookup_on_a_page_takes_no_longer_than_the_deadline(
    alice_client, sandbox, unconfirmed, slow_fetches
):
    store(sandbox, 10)
    make_due(unconfirmed)
    assert "We’re checking and will update this page" in outgoing_page(alice_client, unconfirmed)
    assert len(sandbox.calls("get")) <= 4


def test_a_lookup_that_runs_out_of_time_is_not_counted_and_is_repeated(
    alice_client, sandbox, unconfirmed, slow_fetches
):
    store(sandbox, 9)
    store(sandbox, 1, text=LONG)
    make_due(unconfirmed)
    outgoing_page(alice_client, unconfirmed)
    wait = reload(unconfirmed).due_at - timezone.now()
    assert reload(unconfirmed).lookup_count == 0 and wait.total_seconds() == pytest.approx(15, abs=3)
    slow_fetches.undo()
    make_due(unconfirmed)
    delivery.run()
    assert reload(unconfirmed).state == "sent"


def test_a_lookup_fetches_at_most_ten_messages(alice_client, claims, sandbox, settings, unconfirmed):
    settings.SECUREMAIL_DEADLINE = MINUTE  # For 21 calls, one after the other.
    claims.operation_key = "PortalOperation"
    claims.save()
    store(sandbox, 12)
    make_due(unconfirmed)
    outgoing_page(alice_client, unconfirmed)
    assert len(sandbox.calls("userdata")) == 10 and len(sandbox.calls("get")) == 10


def test_pressing_look_now_repeatedly_causes_one_lookup(alice_client, sandbox, unconfirmed):
    for _ in range(5):
        choose(alice_client, unconfirmed, "check")
        assert "We’re checking and will update this page" in outgoing_page(alice_client, unconfirmed)
    assert len(sandbox.calls("list")) == 1


def test_pressing_look_now_after_a_while_causes_another_lookup(alice_client, sandbox, unconfirmed):
    for _ in range(2):
        choose(alice_client, unconfirmed, "check")
        outgoing_page(alice_client, unconfirmed)
        OutgoingMessage.objects.update(unconfirmed_since=timezone.now() - timedelta(seconds=6))
    assert len(sandbox.calls("list")) == 2


def test_the_list_looks_up_one_message_at_most(alice_client, sandbox, unconfirmed):
    for message in (unconfirmed, *(send_unconfirmed(alice_client, sandbox) for _ in range(2))):
        make_due(message)
    sandbox.forget_calls()
    alice_client.get("/inbox/claims/")
    assert sorted(OutgoingMessage.objects.values_list("lookup_count", flat=True)) == [0, 0, 1]


# --- In several processes ---------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_concurrent_runs_cause_one_lookup(alice_client, sandbox, unconfirmed, monkeypatch):
    make_due(unconfirmed)
    together = Barrier(2)
    reserve = transitions.reserve_lookup
    monkeypatch.setattr(
        transitions,
        "reserve_lookup",
        lambda message, until: together.wait(60) >= 0 and reserve(message, until),
    )

    def look_up_all(_process: int) -> int:
        try:
            return delivery.look_up_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as processes:
        looked = sorted(processes.map(look_up_all, range(2)))
    assert looked == [0, 1] and len(sandbox.calls("list")) == 1


def test_a_lookup_of_a_process_that_died_is_repeated_after_a_minute(
    alice_client, sandbox, unconfirmed, monkeypatch
):
    make_due(unconfirmed)
    monkeypatch.setattr(reconciling, "_find", lambda *_: 1 / 0)
    delivery.run()
    wait = reload(unconfirmed).due_at - timezone.now()
    assert reload(unconfirmed).lookup_count == 0 and wait.total_seconds() == pytest.approx(60, abs=3)


# --- Dates ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "state"),
    [(-6, "unconfirmed"), (-4, "sent"), (0, "sent"), (64, "sent"), (66, "unconfirmed")],
)
def test_a_copy_dated_outside_the_time_of_the_attempt_is_not_taken(
    alice_client, sandbox, unconfirmed, minutes, state
):
    date: datetime = unconfirmed.claimed_at + timedelta(minutes=minutes)
    store(sandbox, 1, text=LONG, date=date.isoformat())
    make_due(unconfirmed)
    delivery.run()
    assert reload(unconfirmed).state == state
