"""The API's keys for the fields of a message, and for the fields of a new one.

The API's reference names its operations but does not document the fields of a message. The keys below are the ones of
the same vendor's sibling APIs (e-mail, contact history and the Contact Server); `lookup` finds each in any spelling:
`sentDate` stands for `sent_date` and `SentDate`. An operator can replace them: see `dialect`.

To read one more field of a message, add an attribute to `models.Message` and a row to `MESSAGE_FIELDS`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from inbox.securemail import values
from inbox.securemail.attachments import parse_attachments


@dataclass(frozen=True)
class MessageField:
    """Where the API may keep a field of a message, and how its value is parsed.

    `keys` are tried in order, in the message and then in its object `attributes`, where the Contact Server keeps most
    fields; the first that holds a usable value counts. A dot leads into an object: `content.text`.
    `parse` is called with the key and its value, and returns None if the value is not usable. `if_missing` is for
    fields that consumers would miss: the text of the report for operators if no message has it.
    """

    keys: tuple[str, ...]
    parse: Callable[[str, object], object]
    if_missing: str = ""


MESSAGE_FIELDS: Mapping[str, MessageField] = MappingProxyType(
    {
        "id": MessageField(
            ("id", "secureMailId", "interactionId"), values.parse_id, "no message can be shown"
        ),
        "subject": MessageField(
            ("subject",), values.parse_subject, "every message is shown without a subject"
        ),
        "sender": MessageField(("from", "fromAddress"), values.parse_sender, "nobody is named as the sender"),
        "recipients": MessageField(("to", "toAddress", "toAddresses"), values.parse_recipients),
        "date": MessageField(
            ("date", "sentDate", "receivedDate", "startDate", "createdDate", "timestamp"),
            values.parse_date,
            "no message has a date",
        ),
        "unread": MessageField(
            ("status", "state", "read", "isRead", "unread", "isUnread"),
            values.parse_unread,
            "no message is marked as unread",
        ),
        # The reference documents no such status. Where an API has one, it says so instead of read or unread.
        "closed": MessageField(("status", "state"), values.parse_closed),
        "direction": MessageField(
            ("direction", "type", "typeId", "entityType", "entityTypeId"),
            values.parse_direction,
            "received and sent cannot be told apart; nothing is marked read, and nothing can be deleted",
        ),
        "text": MessageField(
            ("text", "bodyAsPlainText", "plainText"), values.parse_text, "opened messages are empty"
        ),
        "html": MessageField(("structuredText", "html"), values.parse_text),
        # Not attributes of a message: the body becomes its text or its HTML, as its MIME type says or as it looks.
        "body": MessageField(("body",), values.parse_text),
        "mime": MessageField(("mime", "mimeType"), values.parse_line),
        "thread_id": MessageField(("threadId",), values.parse_line),
        "parent_id": MessageField(("parentId",), values.parse_line),
        "securebox": MessageField(("securebox", "securebox.name"), values.parse_line),
        "operation_id": MessageField(("operationId",), values.parse_line),
        "attachments": MessageField(("attachments", "attachmentCount"), parse_attachments),
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
        # What an answer answers. The sibling APIs document no key for it.
        "parent_id": "",
        "thread_id": "",
        "answered_subject": "",
    }
)
"""The attributes of `models.NewMessage`, and the key each is sent under. With an empty key it is not sent."""

LIST_KEYS = ("data", "data.items", "data.secureMails", "items", "secureMails")
"""Where a response may keep the list of messages. The reference has `data`."""

MESSAGE_KEYS = ("secureMail", "data.secureMail", "data")
"""Where a response may keep a single message. The reference has `secureMail`."""
