"""The keys of the API's fields, and an operator's overrides."""

from inbox.securemail import COMPOSE_FIELDS, MESSAGE_FIELDS, Dialect, Message, NewMessage
from tests.securemail.conftest import MakeClient
from tests.support.wire import Wire, envelope, reply

NEW_MESSAGE = NewMessage(
    address="alice@example.com",
    first_name="Alice",
    last_name="Ames",
    subject="Claim",
    text="Hello",
    user_data={"contract": "4711"},
)


def test_a_field_can_be_taken_from_other_keys(make_client: MakeClient, wire: Wire) -> None:
    wire.script(
        reply(envelope(data=[{"mailRef": "m1", "subject": "ignored", "content": {"title": "Claim"}}]))
    )
    client = make_client(dialect=Dialect(message_fields={"id": ["mailRef"], "subject": ["content.title"]}))
    (message,) = client.list_messages("alice@example.com").messages
    assert (message.id, message.subject) == ("m1", "Claim")


def test_an_override_does_not_change_other_fields(make_client: MakeClient, wire: Wire) -> None:
    wire.script(reply(envelope(data=[{"id": "m1", "status": "unread", "topic": "Claim"}])))
    (message,) = (
        make_client(dialect=Dialect(message_fields={"subject": ["topic"]}))
        .list_messages("alice@example.com")
        .messages
    )
    assert (message.subject, message.unread) == ("Claim", True)


def test_a_boolean_named_unread_is_not_inverted(make_client: MakeClient, wire: Wire) -> None:
    wire.script(reply(envelope(data=[{"id": "m1", "isUnread": True}])))
    (message,) = (
        make_client(dialect=Dialect(message_fields={"unread": ["isUnread"]}))
        .list_messages("alice@example.com")
        .messages
    )
    assert message.unread is True


def test_a_message_can_be_sent_under_other_keys(make_client: MakeClient, wire: Wire) -> None:
    wire.script(reply(envelope(secureMailId="m1")))
    client = make_client(
        dialect=Dialect(compose_fields={"address": "from", "text": "body", "first_name": "", "user_data": ""})
    )
    client.send(NEW_MESSAGE, operation_id="op-1")
    assert wire.request.json["data"] == {
        "from": "alice@example.com",
        "lastName": "Ames",
        "subject": "Claim",
        "body": "Hello",
    }


def test_each_attribute_of_a_message_has_a_row_and_each_row_an_attribute() -> None:
    # The body becomes the text or the HTML.
    assert set(MESSAGE_FIELDS) - {"body", "mime"} == set(Message.model_fields)


def test_each_attribute_of_a_new_message_has_a_key() -> None:
    assert set(COMPOSE_FIELDS) == set(NewMessage.model_fields)
