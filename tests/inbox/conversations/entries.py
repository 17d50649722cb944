"""Entries of a list, as a mailbox returns them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from inbox.entries import Entry
from inbox.securemail import Direction, Message

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def received(message_id: str, days: float | None = 0, **fields: Any) -> Entry:
    """A received message, read, so many days after NOON; without a date if `days` is None."""
    return _entry(Direction.OUTBOUND, message_id, days, {"unread": False, **fields})


def own(message_id: str, days: float | None = 0, **fields: Any) -> Entry:
    """The consumer's own message, waiting for an agent."""
    return _entry(Direction.INBOUND, message_id, days, {"unread": True, **fields})


def _entry(direction: Direction, message_id: str, days: float | None, fields: dict[str, Any]) -> Entry:
    date = None if days is None else NOON + timedelta(days=days)
    message = Message(id=message_id, date=date, direction=direction, **fields)
    return Entry(direction, message, lambda: f"reference-{message_id}")


def ids(conversation: Any) -> str:
    """The ids of its messages, the oldest first, in one line."""
    return " ".join(entry.message.id for entry in conversation.entries)
