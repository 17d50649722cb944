"""The JSON of a secure email.

The API's reference names `ArrayOfSecureMail` and `secureMail` but does not document their fields. The fields here
follow the same vendor's e-mail resources. Other servers may send different ones, so clients should not rely on them.
"""

from datetime import UTC, datetime
from typing import Any

from portal.sandbox.models import Message

BASE_PATH = "/nexus/v3"
PREVIEW_LENGTH = 200  # Characters of the text that a list shows.
INTERNAL_PREFIXES = ("_", "GSYS_")


def timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def self_uri(message: Message) -> str:
    return f"{BASE_PATH}/securemail/{message.uuid}"


def secure_mail(message: Message) -> dict[str, Any]:
    consumer = {"address": message.contact.address, "personal": message.contact.name}
    company = {"address": f"{message.securebox or 'mail'}@contact-centre.example".lower(), "personal": ""}
    if message.direction == Message.Direction.INBOUND:
        sender, recipient = consumer | {"personal": message.from_name}, company
    else:
        sender, recipient = company | {"personal": message.from_name}, consumer
    return {
        "id": str(message.uuid),
        "subject": message.subject,
        "from": sender,
        "to": [recipient],
        "date": timestamp(message.date),
        "status": message.status,
        "direction": message.direction,
        "mime": "text/html" if message.html else "text/plain",
        "bodyAsPlainText": message.text,
        "body": message.html or message.text,
        "threadId": str(message.thread_id),
        "parentId": str(message.parent_id) if message.parent_id else None,
        "securebox": message.securebox,
        "attachments": [],
    }


def shortened(mail: dict[str, Any]) -> dict[str, Any]:
    """As a list shows it."""
    texts = {key: mail[key][:PREVIEW_LENGTH] for key in ("bodyAsPlainText", "text") if key in mail}
    return {key: value for key, value in mail.items() if key not in ("body", "attachments")} | texts


def public_userdata(message: Message) -> dict[str, Any]:
    return {key: value for key, value in message.userdata.items() if not key.startswith(INTERNAL_PREFIXES)}
