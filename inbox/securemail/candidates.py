"""Which of the API's keys look as if they held a field of ours, judged by their values. For the report to operators.

It names keys and passes on no value.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from inbox.securemail import values
from inbox.securemail.html_detection import is_html

# The names that may be shown. A key of another form may hold control characters, an address or a sentence.
NAME = re.compile(r"[\w .$:-]{1,64}")

MAX_DEPTH = 6
MAX_MESSAGES = 20  # That are looked at.
MAX_KEYS = 300

# How much a value looks like a field: not at all; so that it may be one if its key's name says so; without doubt.
NO, PERHAPS, YES = 0, 1, 2

UUID = re.compile(r"[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)
SENTENCE_WORDS = 6
MAX_SUBJECT = 200  # Characters.


@dataclass(frozen=True)
class Look:
    """What a field's key is often called, and how much a value looks like it."""

    name: re.Pattern[str]
    of: Callable[[str, object], int]


def _id(key: str, value: object) -> int:
    text = values.parse_id(key, value)
    return NO if text is None else YES if UUID.fullmatch(text) else PERHAPS


def _date(key: str, value: object) -> int:
    if values.parse_date(key, value) is None:
        return NO
    # Any number of ten digits can be read as a time.
    return YES if isinstance(value, str) and not value.isdigit() else PERHAPS


def _sender(key: str, value: object) -> int:
    party = values.parse_sender(key, value)
    return NO if party is None else YES if party.address else PERHAPS


def _unread(key: str, value: object) -> int:
    if values.parse_unread(key, value) is None:
        return NO
    return PERHAPS if isinstance(value, bool) else YES


def _direction(key: str, value: object) -> int:
    if values.parse_direction(key, value) is None:
        return NO
    return YES if isinstance(value, str) and not value.isdigit() else PERHAPS


def _subject(_key: str, value: object) -> int:
    short = isinstance(value, str) and 0 < len(value) <= MAX_SUBJECT and "\n" not in value.strip()
    return PERHAPS if short and "@" not in str(value) else NO


def _text(_key: str, value: object) -> int:
    if not isinstance(value, str) or not value.strip():
        return NO
    start = value[:2000]
    is_letter = "\n" in start.strip() or len(start.split()) >= SENTENCE_WORDS or is_html(start, "")
    return YES if is_letter else PERHAPS


LOOKS: Mapping[str, Look] = MappingProxyType(
    {
        "id": Look(re.compile(r"(?i)id$|uuid|guid|key$|ref|number$"), _id),
        "date": Look(re.compile(r"(?i)date|time|creat|sent|receiv|stamp|when|(?:At|_at|Ts|_ts)$"), _date),
        "sender": Look(re.compile(r"(?i)from|send|author|agent|origin"), _sender),
        "direction": Look(re.compile(r"(?i)dir|type|kind|way|bound"), _direction),
        "unread": Look(re.compile(r"(?i)read|seen|open|new|stat"), _unread),
        "text": Look(re.compile(r"(?i)text|body|content|plain|html|message"), _text),
        "subject": Look(re.compile(r"(?i)subj|title|topic|head|betreff|about"), _subject),
    }
)


def candidates(messages: Sequence[Mapping[str, object]]) -> dict[str, tuple[str, ...]]:
    """For each field, the keys whose values all look like it, the likeliest first. A dot leads into an object."""
    seen: dict[str, list[object]] = {}
    for raw in messages[:MAX_MESSAGES]:
        for key, value in _entries(raw, "", MAX_DEPTH):
            if value not in (None, "") and (key in seen or len(seen) < MAX_KEYS):
                seen.setdefault(key, []).append(value)
    found = {field: _ranked(field, look, seen) for field, look in LOOKS.items()}
    return {field: keys for field, keys in found.items() if keys}


def _ranked(field: str, look: Look, seen: Mapping[str, Collection[object]]) -> tuple[str, ...]:
    ranks = {key: rank for key, found in seen.items() if (rank := _rank(field, look, key, found))}
    return tuple(sorted(ranks, key=lambda key: ranks[key], reverse=True))


def _rank(field: str, look: Look, key: str, found: Collection[object]) -> tuple[int, int, int] | None:
    """Whether the name fits, how well the worst value does, and how long a text is; None if it is not this field."""
    name_fits = bool(look.name.search(key.rpartition(".")[2]))
    worst = min(look.of(key, value) for value in found)
    if worst == NO or (worst == PERHAPS and not name_fits):
        return None
    if field == "id" and len({str(value) for value in found}) < len(found):
        return None
    return name_fits, worst, sum(len(str(value)) for value in found) if field == "text" else 0


def _entries(raw: Mapping[str, object], path: str, depth: int) -> Iterator[tuple[str, object]]:
    """Each key in the message with its value, and those inside its objects. None inside a list can be configured."""
    for name, value in raw.items():
        # Inside an object, a name with a dot could not be told from a path.
        if not NAME.fullmatch(name) or (path and "." in name):
            continue
        yield path + name, value
        if isinstance(value, dict) and depth > 1:
            yield from _entries(value, f"{path}{name}.", depth - 1)
