"""The JSON of messages at the control endpoints: create messages from it, and show stored ones."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from portal.sandbox import parameters, store
from portal.sandbox.models import Message
from portal.sandbox.serializers import timestamp
from portal.sandbox.strict_json import Json

Body = dict[str, Json]
Direction, Routing, Status = Message.Direction, Message.Routing, Message.Status

FIELDS = {
    "address",
    "securebox",
    "direction",
    "subject",
    "text",
    "html",
    "date",
    "status",
    "routing",
    "from_name",
    "userdata",
    "parent_id",
}


class ControlError(Exception):
    """The request cannot be used. The text says why."""

    def __init__(self, message: str, *, http_status: int = 400) -> None:
        super().__init__(message)
        self.http_status = http_status


@transaction.atomic
def create_messages(bodies: Json) -> list[str]:
    """Store these messages and return their ids in order. If one of them is invalid, store nothing."""
    if not isinstance(bodies, list):
        raise ControlError("'messages' must be a list.")
    return [str(_create_message(body).uuid) for body in bodies]


def _create_message(body: Json) -> Message:
    if not isinstance(body, dict):
        raise ControlError("A message must be an object.")
    if unknown := sorted(body.keys() - FIELDS):
        raise ControlError(f"A message has no field {', '.join(unknown)}.")
    texts = parse_texts(body, ("address", "securebox", "subject", "text", "html", "from_name"))
    address, securebox = texts.pop("address"), texts.pop("securebox")
    if not parameters.ADDRESS.fullmatch(address):
        raise ControlError("'address' must be an email address.")
    if securebox and not parameters.SECUREBOX.fullmatch(securebox):
        raise ControlError("'securebox' must be empty or 3 to 16 letters and digits.")
    direction = _choice(body, "direction", Direction, Direction.OUTBOUND)
    status = _choice(body, "status", Status, Status.UNREAD)
    contact = store.contact_for(address)
    message = Message(contact=contact, securebox=securebox, direction=direction, status=status, **texts)
    message.from_name = message.from_name or (contact.name if direction == Direction.INBOUND else "")
    message.routing = _choice(body, "routing", Routing, _default_routing(message))
    message.date = _date(body)
    message.userdata = _userdata(body)
    message.parent_id, message.thread_id = _parent_and_thread(body, message)
    message.save()
    return message


def parse_texts(body: Body, names: tuple[str, ...]) -> dict[str, str]:
    return {name: _text(body, name) for name in names}


def _text(body: Body, name: str) -> str:
    value = body.get(name) or ""
    if not isinstance(value, str):
        raise ControlError(f"'{name}' must be a string.")
    return value


def _choice(body: Body, name: str, choices: type[Any], default: str) -> str:
    value = body.get(name, default)
    if value not in choices.values:
        raise ControlError(f"'{name}' must be one of {', '.join(choices.values)}.")
    return str(value)


def _default_routing(message: Message) -> str:
    if message.direction == Direction.OUTBOUND:
        return Routing.NONE
    return Routing.WAITING if message.status == Status.UNREAD else Routing.ANSWERED


def _date(body: Body) -> datetime:
    value = body.get("date")
    if value is None:
        return timezone.now()
    try:
        date = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        date = None
    if date is None:
        raise ControlError("'date' must be an ISO 8601 date and time.")
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _userdata(body: Body) -> Body:
    value = body.get("userdata", {})
    if not isinstance(value, dict):
        raise ControlError("'userdata' must be an object.")
    return value


def _parent_and_thread(body: Body, message: Message) -> tuple[UUID | None, UUID]:
    """The ids of the parent and of the thread. A message without a parent begins a thread."""
    parent_id = body.get("parent_id")
    if parent_id is None:
        return None, message.thread_id
    parent = store.find(str(parent_id))
    if parent is None:
        raise ControlError("'parent_id' names no message.")
    return parent.uuid, parent.thread_id


def to_json(message: Message) -> Body:
    """Everything that is stored, including what the API does not show."""
    return {
        "id": str(message.uuid),
        "address": message.contact.address,
        "securebox": message.securebox,
        "direction": message.direction,
        "status": message.status,
        "deleted": message.deleted,
        "routing": message.routing,
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "from_name": message.from_name,
        "date": timestamp(message.date),
        "operation_id": message.operation_id,
        "userdata": message.userdata,
        "thread_id": str(message.thread_id),
        "parent_id": str(message.parent_id) if message.parent_id else None,
    }
