"""What an answer answers is sent along where the operator names keys for it."""

import pytest

from inbox.access import mailbox_of
from inbox.models import OutgoingMessage
from inbox.references import sign
from inbox.securemail import Direction
from tests.inbox.helpers import LETTER, compose_form
from tests.support.wire import Wire, envelope, hang_up, reply

pytestmark = pytest.mark.postgresql("inbox.outgoing.sending")

ALICE = "alice@example.com"
COMPOSE = "/inbox/claims/compose/"
ANSWERED = {"id": "m1", "subject": "Your claim", "text": "Hello", "threadId": "t1", "direction": "outbound"}
ALL = {"parent_id": "mail.parentId", "thread_id": "mail.threadId", "answered_subject": "mail.parentSubject"}
SENT = reply(envelope(secureMailId="m2"))


@pytest.fixture
def wire(settings):
    with Wire() as wire:
        settings.SECUREMAIL_API_URL = wire.url
        yield wire


@pytest.fixture
def answer(alice_client, settings, wire):
    """Alice answers a message; the API gives these answers to what sending asks of it. What it was asked then."""

    def send(compose_fields, *acts, reference=None):
        settings.SECUREMAIL_DIALECT = {"compose_fields": compose_fields}
        wire.script(reply(envelope(secureMail=ANSWERED)))
        reference = reference or sign(ALICE, "Claims01", "m1", Direction.OUTBOUND)
        form = compose_form(alice_client, f"{COMPOSE}?reply={reference}")
        wire.requests.clear()
        wire.script(*acts)
        alice_client.post(COMPOSE, {**form, **LETTER})
        return [
            (request.method, request.target.partition("?")[0].rpartition("/")[2]) for request in wire.requests
        ]

    return send


def sent(wire):
    return wire.requests[-1].json["data"].get("mail")


def test_by_default_an_answer_says_nothing_of_it(answer, wire):
    assert answer({}, SENT) == [("POST", "securemail")]
    assert sent(wire) is None


def test_the_id_comes_from_the_signed_reference_without_another_call(answer, wire):
    assert answer({"parent_id": "mail.parentId"}, SENT) == [("POST", "securemail")]
    assert sent(wire) == {"parentId": "m1"}


def test_thread_and_subject_come_from_the_message_itself(answer, wire):
    fetched = reply(envelope(secureMail={**ANSWERED, "id": "forged"}))
    assert answer(ALL, fetched, SENT) == [("GET", "m1"), ("POST", "securemail")]
    assert "read" not in wire.requests[0].target
    assert sent(wire) == {"parentId": "m1", "threadId": "t1", "parentSubject": "Your claim"}


@pytest.mark.parametrize(
    "gone",
    [
        reply(envelope("FAILURE"), 404),
        reply(envelope("INVALID_PARAMETER"), 400),
        reply(envelope(secureMail={**ANSWERED, "to": "bob@example.com"})),
    ],
)
def test_an_answer_to_a_message_that_is_gone_is_sent(answer, wire, gone):
    answer(ALL, gone, SENT)
    assert sent(wire) == {"parentId": "m1"}
    assert OutgoingMessage.objects.get().state == "sent"


@pytest.mark.parametrize("trouble", [hang_up, reply(b"<html>Sign in</html>"), reply({}, 500)])
def test_if_it_cannot_be_fetched_now_the_answer_waits(answer, wire, trouble):
    assert set(answer(ALL, trouble)) == {("GET", "m1")}
    message = OutgoingMessage.objects.get()
    assert (message.state, message.unconfirmed_attempts) == ("queued", 0)


def test_a_void_reference_answers_nothing(alice, wire, settings):
    settings.SECUREMAIL_DIALECT = {"compose_fields": ALL}
    reference = sign("alice.old@example.com", "Claims01", "m1", Direction.OUTBOUND)
    assert mailbox_of(alice, "claims").answered(reference) is None
    assert wire.requests == []
