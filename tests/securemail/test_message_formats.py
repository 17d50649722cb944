"""The same message in the formats of the vendor's e-mail API and of its contact history."""

from datetime import UTC, datetime

import pytest

from inbox.securemail import Direction, Message, Party, SecureMailClient
from tests.support.wire import Wire, envelope, reply

EMAIL_RESOURCE = {
    "id": "0001VaBKWB5N0001",
    "from": {"address": "Claims@Example.com", "personal": "Claims Department"},
    "to": [{"address": "alice@example.com", "personal": "Alice Ames"}],
    "subject": "Your claim",
    "date": "2025-11-03T14:05:00.000Z",
    "status": "Unread",
    "direction": "outbound",
    "mime": "text/html",
    "body": "<p>Dear Alice</p>",
    "bodyAsPlainText": "Dear Alice",
    "threadId": "t-1",
    "parentId": "p-1",
    "securebox": "claims",
    "attachments": [],
}
CONTACT_HISTORY = {
    "interactionId": "0001VaBKWB5N0001",
    "fromAddress": "Claims Department <claims@example.com>",
    "toAddresses": '"Alice Ames" <ALICE@example.com>',
    "Subject": "Your claim",
    "sentDate": 1762178700000,
    "state": "UNREAD",
    "entityType": 1,
    "structuredText": "<p>Dear Alice</p>",
    "text": "Dear Alice",
    "thread_id": "t-1",
    "parent_id": "p-1",
    "securebox": "claims",
}
MESSAGE = Message(
    id="0001VaBKWB5N0001",
    subject="Your claim",
    sender=Party(address="claims@example.com", name="Claims Department"),
    recipients=(Party(address="alice@example.com", name="Alice Ames"),),
    date=datetime(2025, 11, 3, 14, 5, tzinfo=UTC),
    unread=True,
    direction=Direction.OUTBOUND,
    text="Dear Alice",
    html="<p>Dear Alice</p>",
    thread_id="t-1",
    parent_id="p-1",
    securebox="claims",
)
each_format = pytest.mark.parametrize("raw", [EMAIL_RESOURCE, CONTACT_HISTORY], ids=["e-mail", "history"])


@each_format
def test_a_list_is_parsed(client: SecureMailClient, wire: Wire, raw: dict[str, object]) -> None:
    wire.script(reply(envelope(data=[raw])))
    assert client.list_messages("alice@example.com").messages == (MESSAGE,)


@each_format
@pytest.mark.parametrize("part", ["secureMail", "data"])
def test_a_message_is_parsed(client: SecureMailClient, wire: Wire, raw: dict[str, object], part: str) -> None:
    wire.script(reply(envelope(**{part: raw})))
    assert client.get(MESSAGE.id, address="alice@example.com") == MESSAGE


def test_a_message_keeps_the_id_it_was_asked_for_by(client: SecureMailClient, wire: Wire) -> None:
    wire.script(reply(envelope(secureMail={"id": "another"})))
    assert client.get("m1", address="alice@example.com").id == "m1"


def test_a_message_needs_only_an_id(client: SecureMailClient, wire: Wire) -> None:
    wire.script(reply(envelope(data=[{"secureMailId": "m1"}])))
    assert client.list_messages("alice@example.com").messages == (Message(id="m1"),)


def test_unusable_entries_are_counted_and_skipped(client: SecureMailClient, wire: Wire) -> None:
    entries = [{"id": "m1"}, {"id": "../m2"}, {"subject": "no id"}, "text", None, [], {"id": "m3", "to": 5}]
    wire.script(reply(envelope(data=entries)))
    listing = client.list_messages("alice@example.com")
    assert [message.id for message in listing.messages] == ["m1", "m3"]
    assert (len(listing.entries), listing.unusable) == (7, 5)


@pytest.mark.parametrize(
    ("message", "belongs"),
    [
        (Message(id="m"), True),
        (Message(id="m", sender=Party(address="alice@example.com")), True),
        (
            Message(
                id="m",
                sender=Party(address="x@example.com"),
                recipients=(Party(address="alice@example.com"),),
            ),
            True,
        ),
        (Message(id="m", sender=Party(name="Claims"), securebox="claims"), True),
        (Message(id="m", sender=Party(address="bob@example.com")), False),
        (
            Message(id="m", recipients=(Party(address="bob@example.com"), Party(name="alice@example.com"))),
            False,
        ),
        (Message(id="m", sender=Party(address="alice@example.com"), securebox="billing"), False),
        (Message(id="m", securebox="Claims"), False),
    ],
)
def test_a_message_belongs_unless_its_address_or_securebox_differs(message: Message, belongs: bool) -> None:
    assert message.belongs_to("Alice@example.com", "claims") is belongs
