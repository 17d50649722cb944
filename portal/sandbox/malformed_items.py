"""Malformed items for a list response. A client must cope with them, although no correct server sends them."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any
from uuid import uuid4

Item = Any


_MISSING = object()


def interleave(items: Sequence[Item], malformed: Sequence[Item]) -> list[Item]:
    """Good and malformed items in turn, then the rest of the longer sequence. Good items keep their order."""
    pairs = zip_longest(items, malformed, fillvalue=_MISSING)
    return [item for pair in pairs for item in pair if item is not _MISSING]


def items_with_missing_fields() -> list[Item]:
    return [
        {},
        {"id": str(uuid4())},
        {"subject": "A message without an id"},
        {"id": str(uuid4()), "subject": "A message without a date", "status": "unread"},
        {"id": str(uuid4()), "date": "2026-01-01T00:00:00.000Z", "direction": "outbound"},
    ]


def items_of_wrong_types() -> list[Item]:
    return [
        None,
        "a string for a message",
        ["a", "list"],
        {"id": 42, "subject": "An id that is a number"},
        {"id": "../../etc/passwd", "subject": "An id that is a path"},
        {"id": str(uuid4()), "subject": {"text": "A subject that is an object"}, "date": "yesterday"},
        {"id": str(uuid4()), "subject": None, "from": "name@example.com", "to": "other@example.com"},
        {"id": str(uuid4()), "subject": "Odd parties", "from": [[]], "to": {"address": 7}, "date": {}},
        {"id": str(uuid4()), "subject": "Odd states", "status": 1, "direction": ["outbound"], "date": -1},
    ]
