"""What a consumer wrote and withdrew, and which secureboxes name them: their part of `manage.py person --export`.

Closing the account deletes all of it.
"""

from dataclasses import asdict
from typing import Any, Final

from inbox.models import OutgoingMessage, Securebox, WithdrawnMessage
from inbox.outgoing.content import decrypt
from portal import encryption
from portal.accounts.models import Consumer
from portal.accounts.personal_data.tables import Table

MESSAGES: Final = Table(
    OutgoingMessage,
    "consumer",
    (
        "nonce",
        "securebox__title",
        "state",
        "reason",
        "created_at",
        "saved_at",
        "queued_at",
        "tried_since",
        "claimed_at",
        "unconfirmed_since",
        "settled_at",
        "attempts",
        "unconfirmed_attempts",
        "secure_mail_id",
        "request_id",
    ),
    {
        "id": "an internal key",
        "encrypted_content": "in `content`, decrypted",
        "reply": "a reference: it opens a message",
        **dict.fromkeys(("version", "saved_by_tab", "saved_seq", "seen"), "what the pages have shown"),
        **dict.fromkeys(
            ("operation_id", "claim", "lookup_count", "unanswered_since", "due_at"),
            "the state of `manage.py deliver`",
        ),
    },
)

WITHDRAWN: Final = Table(
    WithdrawnMessage,
    "consumer",
    ("withdrawn_at",),
    {"id": "an internal key", "message_hash": "what the pages recognise the message by"},
)


def export(consumer: Consumer) -> dict[str, list[dict[str, Any]]]:
    """The content of a message is None if no key in FIELD_ENCRYPTION_KEYS decrypts it."""
    rows = OutgoingMessage.objects.filter(consumer=consumer)
    contents = {message.nonce: _content(message) for message in rows.iterator()}
    return {
        "outgoing_messages": [
            {**row, "content": contents.get(row["nonce"])} for row in MESSAGES.rows(consumer)
        ],
        "withdrawn_messages": WITHDRAWN.rows(consumer),
        "secureboxes": [{"title": box.title} for box in Securebox.objects.filter(consumers=consumer)],
    }


def _content(message: OutgoingMessage) -> dict[str, Any] | None:
    try:
        return asdict(decrypt(message))
    except encryption.KeyMissing:
        return None
