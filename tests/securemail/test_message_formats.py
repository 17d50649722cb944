"""The same message in the formats of the vendor's e-mail API, of its contact history and of its Contact Server."""

from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from functools import partial
from typing import Any

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
CONTACT_SERVER = {
    "interaction_id": "0001VaBKWB5N0001",
    "status": 3,
    "entity_type": 1,
    "media_type": "email",
    "thread_id": "t-1",
    "parent_id": "p-1",
    "IsRead": False,
    "securebox": "claims",
    "attributes": {
        "Subject": "Your claim",
        "FromAddress": "Claims Department <claims@example.com>",
        "ToAddresses": "Alice Ames <alice@example.com>",
        "sent_date": "2025-11-03T14:05:00.000Z",
        "StructuredText": "<p>Dear Alice</p>",
        "Text": "Dear Alice",
    },
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
each_format = pytest.mark.parametrize(
    "raw", [EMAIL_RESOURCE, CONTACT_HISTORY, CONTACT_SERVER], ids=["e-mail", "history", "server"]
)


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


# Each field of a message, and the keys that hold it in the three formats.
KEYS_OF = {
    "subject": {"subject", "Subject"},
    "sender": {"from", "fromAddress", "FromAddress"},
    "recipients": {"to", "toAddresses", "ToAddresses"},
    "date": {"date", "sentDate", "sent_date"},
    "unread": {"status", "state", "IsRead"},
    "direction": {"direction", "entityType", "entity_type"},
    "html": {"body", "mime", "structuredText", "StructuredText"},
    "text": {"bodyAsPlainText", "text", "Text"},
    "thread_id": {"threadId", "thread_id"},
    "parent_id": {"parentId", "parent_id"},
    "securebox": {"securebox"},
}
# What else may change with a field: HTML in the text is HTML, and addresses tell the direction.
IMPLIED = {"text": {"html"}, "html": {"text"}}
HUGE = [10**300, 1e300, "9" * 200_000, "<" * 200_000, ["x"] * 5_000, {"x": {"y": {"z": ["x"] * 5_000}}}]
WRONG = [
    None,
    True,
    -1,
    "",
    "?",
    "\ud800\x00\u202e",
    [],
    {},
    [None, [[]], {}],
    {"value": {}},
    {"address": []},
]


def with_one(
    raw: dict[str, Any], keys: set[str], change: Callable[[dict[str, Any], str], object]
) -> dict[str, Any]:
    """A copy of the message in which these keys are changed, wherever they are."""
    copy = deepcopy(raw)
    for place in (copy, copy.get("attributes", {})):
        for key in keys & set(place):
            change(place, key)
    return copy


@each_format
@pytest.mark.parametrize("field", KEYS_OF)
def test_a_field_that_is_missing_wrong_or_huge_spoils_no_other(
    client: SecureMailClient, wire: Wire, raw: dict[str, Any], field: str
) -> None:
    entries = [with_one(raw, KEYS_OF[field], dict.pop)]
    entries += [with_one(raw, KEYS_OF[field], partial(_put, value=value)) for value in (*WRONG, *HUGE)]
    wire.script(reply(envelope(data=entries)))
    listing = client.list_messages("alice@example.com", count=100)
    assert listing.unusable == 0
    for message in listing.messages:
        others = set(Message.model_fields) - {field} - IMPLIED.get(field, set())
        assert message.model_dump(include=others) == MESSAGE.model_dump(include=others)
        assert message.direction is not Direction.INBOUND


def _put(place: dict[str, Any], key: str, value: object) -> None:
    place[key] = value


@each_format
def test_an_id_that_is_missing_wrong_or_huge_is_counted(
    client: SecureMailClient, wire: Wire, raw: dict[str, Any]
) -> None:
    keys = {"id", "interactionId", "interaction_id"}
    values = [value for value in (*WRONG, *HUGE) if value != -1]
    entries = [
        with_one(raw, keys, dict.pop),
        *(with_one(raw, keys, partial(_put, value=value)) for value in values),
    ]
    wire.script(reply(envelope(data=[*entries, raw])))
    listing = client.list_messages("alice@example.com", count=100)
    assert (listing.messages, listing.unusable) == ((MESSAGE,), len(entries))
