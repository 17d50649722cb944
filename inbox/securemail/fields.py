"""The API's keys for the fields of a message, and for the fields of a new one.

The API's reference names its operations but does not document the fields of a message. The keys below are the ones of
the same vendor's sibling APIs (e-mail and contact history). An operator can replace them with the settings
SECUREMAIL_MESSAGE_FIELDS and SECUREMAIL_COMPOSE_FIELDS: see `docs/going-live.md`.

To read one more field of a message, add an attribute to `models.Message` and a row to `MESSAGE_FIELDS`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from inbox.securemail import values


@dataclass(frozen=True)
class MessageField:
    """Where the API may keep a field of a message, and how its value is parsed.

    `keys` are tried in order; the first that holds a usable value counts. A dot leads into an object: `content.text`.
    `parse` is called with the key and its value, and returns None if the value is not usable. `if_missing` is for
    fields that consumers would miss: the text of the report for operators if no message has it.
    """

    keys: tuple[str, ...]
    parse: Callable[[str, object], object]
    if_missing: str = ""


MESSAGE_FIELDS: Mapping[str, MessageField] = MappingProxyType(
    {
        "id": MessageField(("id", "secureMailId", "interactionId"), values.parse_id),
        "subject": MessageField(
            ("subject", "Subject"), values.parse_subject, "every message is shown without a subject"
        ),
        "sender": MessageField(
            ("from", "fromAddress", "FromAddress"), values.parse_sender, "nobody is named as the sender"
        ),
        "recipients": MessageField(
            ("to", "toAddress", "toAddresses", "ToAddresses"), values.parse_recipients
        ),
        "date": MessageField(
            ("date", "sentDate", "receivedDate", "startDate", "createdDate", "timestamp"),
            values.parse_date,
            "no message has a date",
        ),
        "unread": MessageField(
            ("status", "state", "read"), values.parse_unread, "no message is marked as unread"
        ),
        "direction": MessageField(
            ("direction", "type", "typeId", "entityType"),
            values.parse_direction,
            "received and sent cannot be told apart; nothing is marked read, and nothing can be deleted",
        ),
        "text": MessageField(
            ("text", "bodyAsPlainText", "plainText"), values.parse_text, "opened messages are empty"
        ),
        "html": MessageField(("structuredText", "html"), values.parse_text),
        # Not attributes of a message: the body becomes its text or its HTML, as its MIME type says or as it looks.
        "body": MessageField(("body",), values.parse_text),
        "mime": MessageField(("mime",), values.parse_line),
        "thread_id": MessageField(("threadId", "thread_id"), values.parse_line),
        "parent_id": MessageField(("parentId", "parent_id"), values.parse_line),
        "securebox": MessageField(("securebox",), values.parse_line),
        "operation_id": MessageField(("operationId",), values.parse_line),
    }
)

COMPOSE_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "address": "fromAddress",
        "first_name": "firstName",
        "last_name": "lastName",
        "subject": "subject",
        "text": "text",
        "user_data": "userData",
    }
)
"""The attributes of `models.NewMessage`, and the key each is sent under. With an empty key it is not sent."""


def message_keys(overrides: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """The keys of each message field, an operator's in place of ours. Raises ValueError if an override is wrong."""
    if not isinstance(overrides, Mapping):
        raise ValueError('message_fields: needs fields and keys, such as {"subject": ["someKey"]}.')
    for field, keys in overrides.items():
        if field not in MESSAGE_FIELDS:
            known = ", ".join(MESSAGE_FIELDS)
            raise ValueError(f"message_fields: there is no field {field!r}; there are {known}.")
        if not isinstance(keys, list | tuple) or not all(isinstance(key, str) and key for key in keys):
            raise ValueError(
                f'message_fields: {field!r} needs a list of the API\'s keys, such as ["someKey"].'
            )
    return {field: tuple(overrides.get(field, default.keys)) for field, default in MESSAGE_FIELDS.items()}


def compose_keys(overrides: Mapping[str, str]) -> dict[str, str]:
    """The key of each compose field, an operator's in place of ours. Raises ValueError if an override is wrong."""
    if not isinstance(overrides, Mapping):
        raise ValueError('compose_fields: needs fields and keys, such as {"text": "someKey"}.')
    for field, key in overrides.items():
        if field not in COMPOSE_FIELDS:
            known = ", ".join(COMPOSE_FIELDS)
            raise ValueError(f"compose_fields: there is no field {field!r}; there are {known}.")
        if not isinstance(key, str):
            raise ValueError(
                f"compose_fields: {field!r} needs one key of the API, or an empty text to leave it out."
            )
    merged = {**COMPOSE_FIELDS, **overrides}
    keys = [key for key in merged.values() if key]
    for key in keys:
        if keys.count(key) > 1:
            raise ValueError(f"compose_fields: two fields would be sent as {key!r}.")
    return merged
