"""Checks for the fields that consumers would miss, and suggests which keys may hold them."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from inbox.diagnosis.calls import Observations
from inbox.diagnosis.mapping import message_shapes, present_keys
from inbox.diagnosis.setup import Setup
from inbox.securemail import MESSAGE_FIELDS, Direction, Message, ResponseShape
from inbox.securemail.lookup import fold
from portal.findings import Finding, failure, ok, warning

_INDISPENSABLE: Final = ("id", "text", "direction", "date")
_SHOWN_IN_LIST: Final[Mapping[str, Callable[[Message], object]]] = {
    "subject": lambda message: message.subject,
    "sender": lambda message: message.sender,
    "date": lambda message: message.date,
    "unread": lambda message: message.unread is not None,
    "direction": lambda message: message.direction is not Direction.UNKNOWN,
}
# The fields whose values an operator can translate, with an example of how.
_WORDS: Final = {
    "unread": {"unread": ["..."], "read": ["..."]},
    "direction": {"inbound": ["..."], "outbound": ["..."]},
}


def check(seen: Observations, setup: Setup) -> Iterator[Finding]:
    if seen.listed is None or not seen.listed.entries:
        return
    shapes = list(message_shapes(seen).values())
    missing = list(_missing(seen))
    for field, some in missing:
        is_failure = field == "id" or (field in _INDISPENSABLE and not some)
        result = failure if is_failure else warning
        yield result(field, some or _nowhere(field, setup.dialect.message_fields[field]))
        yield from _unknown_words(field, shapes, setup)
    if not missing:
        yield ok("Fields", "Every field that customers would miss is there.")
    yield from _suggestion([field for field, _ in missing], shapes, setup)


def _nowhere(field: str, keys: Sequence[str]) -> str:
    return f"Not found: {MESSAGE_FIELDS[field].if_missing}. Looked for {', '.join(keys)}."


def _missing(seen: Observations) -> Iterator[tuple[str, str]]:
    """Fields that messages lack, and which: an empty text means that all do."""
    listing = seen.listed
    if listing is None:
        return
    if listing.unusable:
        some = f"{_some(listing.unusable, len(listing.entries))} They are not shown."
        yield "id", some if listing.messages else ""
    for field, has in _SHOWN_IN_LIST.items():
        without = sum(not has(message) for message in listing.messages)
        if without:
            every = without == len(listing.messages)
            yield field, "" if every else _some(without, len(listing.messages))
    without = sum(not (message.text or message.html) for message in seen.opened)
    if without:
        yield "text", "" if without == len(seen.opened) else _some(without, len(seen.opened))


def _some(without: int, all_: int) -> str:
    return f"Missing in {without} of {all_} messages."


def _unknown_words(field: str, shapes: Sequence[ResponseShape], setup: Setup) -> Iterator[Finding]:
    if field not in _WORDS:
        return
    keys = setup.dialect.message_fields[field]
    present = [
        key
        for shape in shapes
        for key in present_keys(keys, shape.message_types)
        if set(shape.message_types[key].split(" or ")) & {"string", "number", "boolean"}
    ]
    if present:
        message = f"{present[0]} is there, with values that are no words for {field} here."
        yield warning(
            "Words", message, f"Say what they mean. {setup.place}", setup.line("words", _WORDS[field])
        )


def _suggestion(missing: Sequence[str], shapes: Sequence[ResponseShape], setup: Setup) -> Iterator[Finding]:
    """One line with what is set there already, and a likely key for each missing field."""
    used = {field: keys for shape in shapes for field, keys in shape.used_keys.items()}
    taken = {key for keys in used.values() for key in keys}
    chosen: dict[str, list[str]] = {}
    for field in missing:
        if key := next((key for key in _likely(field, shapes) if key not in taken), None):
            chosen[field] = [key]
            taken.add(key)
    if not chosen:
        return
    names = ", ".join(f"{keys[0]} may be the {field}" for field, keys in chosen.items())
    beside = {
        field: keys
        for field, keys in _beside(chosen, shapes).items()
        if field not in used and not taken.intersection(keys)
    }
    line = _fields_line({**chosen, **beside}, setup)
    yield warning("Suggestion", f"By its values, {names}.", setup.place, line)


def _likely(field: str, shapes: Sequence[ResponseShape]) -> list[str]:
    """Keys that look like the field, those first that have one of the names that we know for it."""
    # A list may hold no more of a text than its beginning.
    ordered = reversed(shapes) if field == "text" else shapes
    keys = [key for shape in ordered for key in shape.candidates.get(field, ())]
    known = {fold(key) for key in MESSAGE_FIELDS[field].keys}
    return sorted(keys, key=lambda key: fold(key.rpartition(".")[2]) not in known)


def _beside(chosen: Mapping[str, list[str]], shapes: Sequence[ResponseShape]) -> dict[str, list[str]]:
    """For the other fields, the keys that we know for them, in the objects in which these were found."""
    objects = dict.fromkeys(key.rpartition(".")[0] for keys in chosen.values() for key in keys if "." in key)
    types = {name: kind for shape in shapes for name, kind in shape.message_types.items()}
    found = {
        field: present_keys([f"{place}.{key}" for place in objects for key in row.keys], types)
        for field, row in MESSAGE_FIELDS.items()
        if field not in chosen
    }
    return {field: keys for field, keys in found.items() if keys}


def _fields_line(chosen: Mapping[str, list[str]], setup: Setup) -> str:
    if not setup.has_dialect:
        return "SECUREMAIL_MESSAGE_FIELDS=" + json.dumps({**setup.message_fields, **chosen})
    in_dialect = {
        field: list(keys)
        for field, keys in setup.dialect.message_fields.items()
        if keys != MESSAGE_FIELDS[field].keys and field not in setup.message_fields
    }
    return setup.line("message_fields", {**in_dialect, **chosen})
