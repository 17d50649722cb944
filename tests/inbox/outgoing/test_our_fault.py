"""The API refuses the portal itself: messages wait for the operators, who are alarmed; writers need do nothing."""

import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from inbox.models import OutgoingMessage
from inbox.outgoing import delivery
from tests.accounts.operators import make_superuser
from tests.conftest import sign_in
from tests.inbox.helpers import choose, make_due, outgoing_page, reload, send
from tests.support.wire import Wire, envelope, reply

pytestmark = pytest.mark.postgresql

ALICE = "alice@example.com"
REFUSAL = {"kind": "status", "status": 403, "code": "INVALID_CLIENT_TOKEN"}
ADMIN = "/admin/inbox/outgoingmessage/"


@pytest.fixture
def waiting(alice_client, sandbox) -> OutgoingMessage:
    """A message that waits, since the API refuses the key; it still does."""
    sandbox.fault(**REFUSAL)
    return send(alice_client)


def test_the_writer_reads_that_the_message_waits_and_need_not_do_anything(alice_client, waiting):
    html = outgoing_page(alice_client, waiting)
    assert "Waiting to be sent" in html and "Something went wrong on our side" in html
    assert "it broke." in html and "Edit and resend" not in html


def test_it_is_delivered_once_the_api_accepts_the_portal(alice_client, sandbox, waiting):
    make_due(waiting)
    delivery.run()
    assert reload(waiting).state == "queued"
    sandbox.heal()
    make_due(waiting)
    delivery.run()
    assert reload(waiting).state == "sent" and len(sandbox.messages(ALICE)) == 1
    assert "Your message to Claims was delivered." in alice_client.get("/").content.decode()


def test_it_is_never_given_up_and_never_waits_longer_than_a_minute(alice_client, settings, sandbox, waiting):
    waits = []
    for _ in range(8):
        long_ago = timezone.now() - timedelta(hours=settings.PORTAL_DELIVER_HOURS, minutes=1)
        OutgoingMessage.objects.update(tried_since=long_ago)
        make_due(waiting)
        delivery.run()
        waits.append((reload(waiting).due_at - timezone.now()).total_seconds())
    assert reload(waiting).state == "queued"
    assert waits == pytest.approx([15, 45, *[60] * 6], abs=3)


def test_the_time_that_it_waited_does_not_count_when_the_api_is_down_next(
    alice_client, settings, sandbox, waiting
):
    long_ago = timezone.now() - timedelta(hours=settings.PORTAL_DELIVER_HOURS, minutes=1)
    OutgoingMessage.objects.update(tried_since=long_ago)
    make_due(waiting)
    delivery.run()
    sandbox.heal()
    sandbox.fault("status", status=429)
    make_due(waiting)
    delivery.run()
    assert reload(waiting).state == "queued"


def test_one_message_is_tried_for_all_of_the_box(alice_client, bob, sandbox):
    sandbox.fault(**REFUSAL, operation="send", securebox="Claims01")
    for browser in (alice_client, alice_client, sign_in(bob)):
        make_due(send(browser))
    make_due(send(alice_client, "billing"))
    sandbox.forget_calls()
    assert delivery.run().tried == 1
    assert [call["securebox"] for call in sandbox.calls("send")] == ["Claims01"]


def test_an_earlier_attempt_that_may_have_arrived_is_not_forgotten(alice_client, sandbox):
    sandbox.fault("close", operation="send", times=1)
    message = send(alice_client)
    sandbox.fault(**REFUSAL, operation="send")
    assert choose(alice_client, message, "again", attempts=message.attempts).state == "queued"
    assert "Stop trying to send" in outgoing_page(alice_client, message)
    assert choose(alice_client, message, "cancel").state == "unconfirmed"


def test_a_gateways_404_leaves_a_doubt(alice, settings):
    """The answer is not the API's, so it does not tell what became of the call behind it."""
    with Wire() as wire:
        settings.SECUREMAIL_API_URL = wire.url
        wire.script(reply(b"", 404))
        message = send(sign_in(alice))
        make_due(message)
        delivery.run()
        assert (reload(message).state, reload(message).lookup_count) == ("unconfirmed", 0)
        wire.script(reply(envelope("FAILURE"), 404))
        make_due(message)
        delivery.run()
        assert (reload(message).state, reload(message).lookup_count) == ("unconfirmed", 1)


def test_operators_are_alarmed_once_and_see_it_in_the_admin(alice_client, sandbox, caplog):
    operator = sign_in(make_superuser("Olga"))
    assert "refuses the portal" not in operator.get(ADMIN).content.decode()
    sandbox.fault(**REFUSAL)
    for _ in range(3):
        send(alice_client)
    (error,) = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert error.startswith("Claims01, sending: the API refuses the portal, until an operator mends that:")
    assert error.endswith("send: HTTP 403, INVALID_CLIENT_TOKEN")
    html = operator.get(ADMIN).content.decode()
    assert "3 messages wait because the Secure Email API refuses the portal." in html


# --- An API that asks to wait -----------------------------------------------------------------------------


@pytest.mark.parametrize(("asked", "wait"), [("100", 100), ("1", 5), ("86400", 3600)])
def test_a_message_is_not_tried_again_before_the_api_may_be_called(alice, settings, asked, wait):
    with Wire() as wire:
        settings.SECUREMAIL_API_URL = wire.url
        wire.script(reply(b"", 429, [f"Retry-After: {asked}"]))
        message = send(sign_in(alice))
    assert message.state == "queued"
    assert (message.due_at - timezone.now()).total_seconds() == pytest.approx(wait, abs=3)


def test_a_round_makes_one_call_to_a_box_that_asks_to_wait(alice, bob, sandbox, settings):
    sandbox.fault("status", status=429, operation="send")
    browsers = sign_in(alice), sign_in(bob)
    for browser in browsers * 2:
        make_due(send(browser))
    with Wire() as wire:
        settings.SECUREMAIL_API_URL = wire.url
        wire.script(reply(b"", 429, ["Retry-After: 100"]))
        for _ in range(3):
            delivery.run()
        assert len(wire.requests) == 1
