"""Dialects of the API at the wire: where it keeps messages, how it writes values, and what it wants to be sent."""

from typing import Any

import pytest

from inbox.securemail import BadAnswer, Dialect, NewMessage
from inbox.securemail.dialect import read
from tests.securemail.conftest import MakeClient
from tests.support.wire import Wire, envelope, reply

ALICE = "alice@example.com"
RAW = {"id": "m1", "subject": "Your claim"}
NEW_MESSAGE = NewMessage(
    address=ALICE,
    first_name="Alice",
    last_name="Ames",
    subject="Re: Your claim",
    text="Hello",
    user_data={"PortalMessage": "op-1"},
    parent_id="m1",
    thread_id="t1",
    answered_subject="Your claim",
)


# --- Where messages are -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        {"data": [RAW]},
        {"Data": [RAW]},
        {"data": {"items": [RAW]}},
        {"data": {"secureMails": [RAW]}},
        {"items": [RAW]},
        {"secure_mails": [RAW]},
    ],
)
def test_a_list_is_found_where_apis_put_it(
    make_client: MakeClient, wire: Wire, answer: dict[str, Any]
) -> None:
    wire.script(reply(envelope(**answer)))
    assert [message.subject for message in make_client().list_messages(ALICE).messages] == ["Your claim"]


@pytest.mark.parametrize(
    "answer", [{"mails": [RAW]}, {"data": {"mails": [RAW]}}, {"data": {}}, {"data": None}, {"data": RAW}, {}]
)
def test_an_answer_without_a_known_list_is_never_an_empty_inbox(
    make_client: MakeClient, wire: Wire, answer: dict[str, Any]
) -> None:
    wire.script(reply(envelope(**answer)))
    with pytest.raises(BadAnswer, match=r"no usable data or data\.items"):
        make_client().list_messages(ALICE)


def test_an_operator_names_the_keys_of_the_list_and_of_a_message(make_client: MakeClient, wire: Wire) -> None:
    client = make_client(dialect=read({"list_keys": ["result.mails"], "message_keys": ["result.mail"]}))
    wire.script(
        reply(envelope(data=[], result={"mails": [RAW]})),
        reply(envelope(data={}, result={"mail": RAW})),
        reply(envelope(secureMail=RAW)),
    )
    assert [message.id for message in client.list_messages(ALICE).messages] == ["m1"]
    assert client.get("m1", address=ALICE).subject == "Your claim"
    with pytest.raises(BadAnswer, match=r"no usable result\.mail"):
        client.get("m1", address=ALICE)


# --- Keys -------------------------------------------------------------------------------------------------


def test_the_exact_spelling_of_a_key_comes_first(one) -> None:
    assert one(Subject="second", SUBJECT="third", subject="first").subject == "first"
    assert one({"message_fields": {"subject": ["sub_ject"]}}, Subject="found").subject == "found"


def test_the_exact_spelling_of_any_key_comes_before_another_spelling_of_an_earlier_one(one) -> None:
    """Or the row number of a database would be taken for the id by which messages are fetched."""
    assert one(id=None, ID="7", secureMailId="m2").id == "m2"
    assert one(id=None, _id="7", SecureMailId="m2").id == "m2"
    assert one(Status="read", read=False).unread is True
    assert one(Subject="Your claim", attributes={"subject": "Another"}).subject == "Your claim"


def test_the_message_itself_comes_before_its_attributes(one) -> None:
    raw = {"subject": "", "attributes": {"Subject": "Your claim", "id": "other", "Id": "other"}}
    message = one(**raw)
    assert (message.id, message.subject) == ("m1", "Your claim")


def test_a_message_with_very_many_keys_is_read_quickly(one) -> None:
    assert one(**{f"k_{number}": 1 for number in range(40_000)}, SUBJECT="Your claim").subject == "Your claim"


# --- Sending ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dialect", "data"),
    [
        (
            {},
            {
                "fromAddress": ALICE,
                "firstName": "Alice",
                "lastName": "Ames",
                "subject": "Re: Your claim",
                "text": "Hello",
                "userData": {"PortalMessage": "op-1"},
            },
        ),
        (
            {
                "compose_fields": {
                    "address": "data.customer.email",
                    "first_name": "customer.name.first",
                    "last_name": "customer.name.last",
                    "subject": "mail.subject",
                    "text": "mail.body",
                    "parent_id": "mail.parentId",
                    "thread_id": "mail.threadId",
                    "answered_subject": "mail.parentSubject",
                },
                "constants": {
                    "channel": "portal",
                    "mail.priority": 3,
                    "urgent": False,
                    "userData.source": "web",
                    "userData.PortalMessage.x": "never this",
                },
            },
            {
                "customer": {"email": ALICE, "name": {"first": "Alice", "last": "Ames"}},
                "mail": {
                    "subject": "Re: Your claim",
                    "body": "Hello",
                    "parentId": "m1",
                    "threadId": "t1",
                    "parentSubject": "Your claim",
                    "priority": 3,
                },
                "channel": "portal",
                "urgent": False,
                "userData": {"PortalMessage": "op-1", "source": "web"},
            },
        ),
    ],
)
def test_a_message_is_sent_in_the_form_that_is_named(
    make_client: MakeClient, wire: Wire, dialect: dict[str, Any], data: dict[str, Any]
) -> None:
    wire.script(reply(envelope(secureMailId="m2")))
    make_client(dialect=read(dialect)).send(NEW_MESSAGE, operation_id="op-1")
    assert wire.request.json == {"data": data, "operationId": "op-1"}


def test_a_message_that_answers_none_says_nothing_of_it(make_client: MakeClient, wire: Wire) -> None:
    wire.script(reply(envelope(secureMailId="m2")))
    fields = {"parent_id": "mail.parentId", "thread_id": "mail.threadId", "user_data": ""}
    message = NewMessage(address=ALICE, first_name="A", last_name="B", subject="S", text="T")
    make_client(dialect=Dialect(compose_fields=fields)).send(message, operation_id="op-1")
    assert "mail" not in wire.request.json["data"]
