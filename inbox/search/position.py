"""Where a search goes on, as the page carries it from one press of a button to the next.

It is signed, and worth something only to the consumer, and for the words, that it was made for: what the page says of
how far back it has looked is then true.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core import signing
from django.utils.crypto import constant_time_compare

from inbox.paging import Start
from inbox.references import MARK_LENGTH
from inbox.search.query import Query
from portal.keyed_hashes import keyed_hashes

_SALT = "inbox.search"


class BadPosition(Exception):
    """It was not made here, or not for this consumer and these words."""


@dataclass(frozen=True)
class Position:
    """Where to go on in each securebox, by its slug; None where the list was read to its end."""

    starts: Mapping[str, Start | None] = field(default_factory=dict)

    def start(self, slug: str) -> Start | None:
        return self.starts.get(slug, Start(0))


def sign(position: Position, consumer_id: int, query: Query) -> str:
    starts = {
        slug: [start.position, "".join(start.marks)] if start else None
        for slug, start in position.starts.items()
    }
    return signing.dumps([_bindings(consumer_id, query)[0], starts], salt=_SALT, compress=True)


def read(signed: str, consumer_id: int, query: Query) -> Position:
    """Raises BadPosition. Without one, the search begins with the newest messages."""
    if not signed:
        return Position()
    try:
        binding, starts = signing.loads(signed, salt=_SALT)
    except signing.BadSignature:
        raise BadPosition from None
    if not any(constant_time_compare(binding, known) for known in _bindings(consumer_id, query)):
        raise BadPosition
    return Position({slug: _start(*start) if start else None for slug, start in starts.items()})


def _start(position: int, marks: str) -> Start:
    return Start(position, tuple(marks[at : at + MARK_LENGTH] for at in range(0, len(marks), MARK_LENGTH)))


def _bindings(consumer_id: int, query: Query) -> list[str]:
    # As a keyed hash, which says nothing of the words.
    return keyed_hashes(_SALT, json.dumps([consumer_id, *query.terms]))
