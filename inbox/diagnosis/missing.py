"""Checks for the fields that consumers would miss, and suggests which keys may hold them."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from inbox.diagnosis.calls import Observations
from inbox.diagnosis.mapping import message_shapes, present_keys
from inbox.diagnosis.report import Finding, failure, ok, warning
from inbox.diagnosis.setup import Setup
from inbox.securemail import MESSAGE_FIELDS, Direction, Message, ResponseShape

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
    taken = {key for shape in shapes for keys in shape.used_keys.values() for key in keys}
    chosen: dict[str, list[str]] = {}
    for field in missing:
        # A list may hold no more of a text than its beginning.
        ordered = reversed(shapes) if field == "text" else shapes
        likely = (key for shape in ordered for key in shape.candidates.get(field, ()) if key not in taken)
        if key := next(likely, None):
            chosen[field] = [key]
            taken.add(key)
    if chosen:
        names = ", ".join(f"{keys[0]} may be the {field}" for field, keys in chosen.items())
        yield warning("Suggestion", f"By its values, {names}.", setup.place, _fields_line(chosen, setup))


def _fields_line(chosen: Mapping[str, list[str]], setup: Setup) -> str:
    if not setup.has_dialect:
        return "SECUREMAIL_MESSAGE_FIELDS=" + json.dumps({**setup.message_fields, **chosen})
    in_dialect = {
        field: list(keys)
        for field, keys in setup.dialect.message_fields.items()
        if keys != MESSAGE_FIELDS[field].keys and field not in setup.message_fields
    }
    return setup.line("message_fields", {**in_dialect, **chosen})
