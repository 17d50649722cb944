"""Unconfirmed messages during an outage, and as soon as the securebox answers again."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from inbox.models import OutgoingMessage
from inbox.outgoing import delivery
from inbox.resilience import channel
from tests.conftest import sign_in
from tests.inbox.helpers import outgoing_page, reload, send
from tests.support.wire import Wire, reply

pytestmark = pytest.mark.postgresql


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


def send_unconfirmed(client, sandbox, slug="claims", **typed) -> OutgoingMessage:
    """The API stored the message, and shows it after the outage."""
    sandbox.fault("store_then_close", operation="send", times=1)
    message = send(client, slug, **typed)
    assert message.state == "unconfirmed"
    return message


def later(clock, seconds) -> None:
    clock.shift(timedelta(seconds=seconds))
    # Its clock is not shifted: without this, it would still be open.
    channel.reset()


def states(*messages) -> list[str]:
    return [reload(message).state for message in messages]


def test_one_lookup_stands_for_all_while_the_box_does_not_answer(alice_client, bob, sandbox, clock):
    bobs = sign_in(bob)
    for browser in (alice_client, alice_client, bobs, bobs):
        send_unconfirmed(browser, sandbox)
    sandbox.fault("status", status=503)
    sandbox.forget_calls()
    later(clock, 6)
    delivery.run()
    # One for each of two writers: a single one may have a mailbox in trouble of its own.
    assert len(sandbox.calls("list")) == 2


def test_everything_in_doubt_is_looked_up_once_the_box_answers(alice_client, bob, sandbox, clock):
    first = send_unconfirmed(alice_client, sandbox, subject="One")
    sandbox.fault("status", status=503)
    later(clock, 130)
    delivery.run()
    sandbox.heal()
    # The API does not show it yet; its lookup is due in a few seconds, and not at once.
    second = send_unconfirmed(sign_in(bob), sandbox, subject="Two")
    third = send_unconfirmed(sign_in(bob), sandbox, subject="Three")
    OutgoingMessage.objects.filter(pk=third.pk).update(due_at=timezone.now() + timedelta(minutes=10))
    sandbox.forget_calls()
    later(clock, 15.5)
    delivery.run()
    assert states(first, second, third) == ["sent"] * 3


def test_the_early_lookup_is_in_addition_to_the_scheduled_ones(alice_client, sandbox, clock):
    sandbox.fault("close", operation="send", times=1)
    lost = send(alice_client, subject="Lost")
    since = lost.unconfirmed_since
    due_at = since + timedelta(minutes=15)
    OutgoingMessage.objects.update(lookup_count=5, due_at=due_at)
    in_trouble = send_unconfirmed(alice_client, sandbox)
    sandbox.fault("status", status=503)
    later(clock, 6)
    delivery.run()
    sandbox.heal()
    later(clock, 16)
    sandbox.forget_calls()
    delivery.run()
    assert len(sandbox.calls("list")) == 2
    assert states(in_trouble, lost) == ["sent", "unconfirmed"]
    assert (reload(lost).lookup_count, reload(lost).due_at) == (5, due_at)
    delivery.run()
    assert len(sandbox.calls("list")) == 2


def test_other_boxes_are_left_to_their_schedule(alice_client, sandbox, clock):
    other = send_unconfirmed(alice_client, sandbox, "billing")
    OutgoingMessage.objects.update(due_at=timezone.now() + timedelta(minutes=10))
    send_unconfirmed(alice_client, sandbox)
    sandbox.fault("status", status=503, securebox="Claims01")
    later(clock, 6)
    delivery.run()
    sandbox.heal()
    later(clock, 16)
    delivery.run()
    assert states(other) == ["unconfirmed"]


def test_a_lookup_without_an_outage_brings_nothing_forward(alice_client, sandbox, clock):
    other = send_unconfirmed(alice_client, sandbox)
    OutgoingMessage.objects.update(due_at=timezone.now() + timedelta(minutes=10))
    send_unconfirmed(alice_client, sandbox)
    later(clock, 6)
    delivery.run()
    assert states(other) == ["unconfirmed"]


def test_a_delivered_message_shows_that_the_box_answers(alice_client, bob, sandbox, clock):
    doubt = send_unconfirmed(alice_client, sandbox)
    sandbox.fault("status", status=503)
    later(clock, 6)
    delivery.run()
    sandbox.heal()
    send(sign_in(bob))
    delivery.run()
    assert states(doubt) == ["sent"]


def test_a_page_that_shows_the_list_looks_at_once(alice_client, sandbox, clock):
    doubt = send_unconfirmed(alice_client, sandbox)
    sandbox.fault("status", status=503)
    later(clock, 6)
    delivery.run()
    assert "We’ll check as soon as we can" in outgoing_page(alice_client, doubt)
    sandbox.heal()
    channel.reset()
    alice_client.get("/inbox/claims/")
    assert states(doubt) == ["sent"]


@pytest.mark.parametrize(
    "answer", [reply(b"", 404), reply(b"<h1>Not Found</h1>", 404), reply(b"", 410), reply(b"", 401)]
)
def test_a_missing_api_proves_nothing(alice_client, sandbox, settings, clock, answer):
    doubt = send_unconfirmed(alice_client, sandbox)
    with Wire() as wire:
        settings.SECUREMAIL_API_URL = wire.url
        wire.script(answer)
        for _ in range(10):
            later(clock, 900)
            delivery.run()
        assert len(wire.requests) == 10
    assert (reload(doubt).state, reload(doubt).lookup_count) == ("unconfirmed", 0)
    settings.SECUREMAIL_API_URL = sandbox.url
    clock.shift(timedelta(seconds=-9000))
    OutgoingMessage.objects.update(due_at=timezone.now())
    delivery.run()
    assert states(doubt) == ["sent"]


def test_a_lookup_waits_for_as_long_as_the_api_asked(alice_client, sandbox, settings, clock):
    doubt = send_unconfirmed(alice_client, sandbox)
    later(clock, 6)
    with Wire() as wire:
        settings.SECUREMAIL_API_URL = wire.url
        wire.script(reply(b"", 503, ["Retry-After: 200"]))
        delivery.run()
    assert (reload(doubt).due_at - timezone.now()).total_seconds() == 200
