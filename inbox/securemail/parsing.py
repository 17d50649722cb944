"""Build a `Message` from the API's JSON, whichever of the known keys and forms it uses."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from inbox.securemail.dialect import Dialect
from inbox.securemail.fields import MESSAGE_FIELDS
from inbox.securemail.html_detection import is_html, is_html_in_disguise, is_text_in_disguise
from inbox.securemail.lookup import Keys, Path
from inbox.securemail.models import Direction, Message, Party
from inbox.securemail.values import parse_date

# The object in which the Contact Server keeps most fields of a message.
ATTRIBUTES = "attributes"

Places = Mapping[str, Sequence[Path]]
"""Where to look for each field, in order. A field that is nowhere is left out."""

Parser = Callable[[str, object], object]
"""Takes a key of the API's and its value: see `values`."""

Parsers = Mapping[str, Parser]

# Sets of keys for which a parser remembers the places, and characters of all keys in one. An API has a few sets.
_KEPT, _MAX_KEYS = 50, 2_000

# What says the same in most messages of a list: they are from or to the same people.
_REPEATED = ("sender", "recipients", "unread", "closed", "direction", "securebox", "mime")


class MessageParser:
    """Parses messages as the dialect says."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._parsers = {field: default.parse for field, default in MESSAGE_FIELDS.items()}
        self._parsers["date"] = partial(parse_date, zone=dialect.zone)
        if dialect.words:
            self._parsers = {field: self._translating(field, parse) for field, parse in self._parsers.items()}
        self._paths = {field: list(_paths(dialect.message_fields[field])) for field in self._parsers}
        self._known: dict[tuple[str, ...], Places] = {}

    def parse_list(self, entries: Iterable[object], *, address: str) -> tuple[Message | None, ...]:
        """The entries of a list; None for one that is not an object or has no usable id. `address` as in `parse`."""
        parsers = self._parsers | {field: _remembering(self._parsers[field]) for field in _REPEATED}
        return tuple(
            self._parse_entry(raw, parsers, address) if isinstance(raw, dict) else None for raw in entries
        )

    def parse(self, raw: Mapping[str, object], message_id: str, *, address: str) -> Message:
        """A message under the id that was asked for, even if it names other ids.

        `address` is the consumer's. It tells the direction if the message itself does not.
        """
        return self._parse(Keys(raw), self._parsers, self._places(raw), message_id, address)

    def raw_messages(self, operation: str, payload: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The messages in the response of a list or a get, as the API sent them."""
        if operation == "list":
            return [raw for raw in self._dialect.find_list(payload) or () if isinstance(raw, dict)]
        found = self._dialect.find_message(payload) if operation == "get" else None
        return [] if found is None else [found]

    def used_keys(self, raw: Mapping[str, object]) -> dict[str, str]:
        """For each of our fields that this message fills, the API's key that its value was taken from."""
        keys, places = Keys(raw), self._places(raw)
        return {
            field: key
            for field, paths in places.items()
            if (key := _find(keys, self._parsers[field], paths)[0])
        }

    def _places(self, raw: Mapping[str, object]) -> Places:
        """The places of each field that can be found in an object with the keys of this one.

        Messages have the same keys as a rule, so the places are worked out once for these. Keys are all that is kept.
        """
        names = tuple(raw)
        places = self._known.get(names)
        if places is None:
            keys = Keys(raw)
            every = {field: keys.leading(paths) for field, paths in self._paths.items()}
            places = {field: paths for field, paths in every.items() if paths}
            if sum(map(len, names)) <= _MAX_KEYS:
                if len(self._known) >= _KEPT:
                    self._known.clear()
                self._known[names] = places
        return places

    def _parse_entry(self, raw: Mapping[str, object], parsers: Parsers, address: str) -> Message | None:
        keys, places = Keys(raw), self._places(raw)
        message_id = _find(keys, parsers["id"], places.get("id", ()))[1]
        return self._parse(keys, parsers, places, message_id, address) if message_id else None

    def _parse(self, keys: Keys, parsers: Parsers, places: Places, message_id: str, address: str) -> Message:
        found = {
            field: value
            for field, paths in places.items()
            if field != "id" and (value := _find(keys, parsers[field], paths)[1]) is not None
        }
        _settle_body(found)
        found["direction"] = _direction(found, address.lower(), self._dialect)
        return Message.model_validate({**found, "id": message_id})

    def _translating(self, field: str, parse: Parser) -> Parser:
        """The same parser for values in the operator's words."""
        return lambda key, value: parse(key, self._dialect.translated(field, value))


def _find(keys: Keys, parse: Parser, paths: Sequence[Path]) -> tuple[str, Any]:
    """The first key with a usable value, and the parsed value; an empty key and None if there is no such key.

    A name without an address gives way to an address under a later key: it says whose message it is.
    """
    named: tuple[str, Any] = ("", None)
    for path, exact in paths:
        key, raw = keys.find(path, exact=exact)
        if raw is None or (value := parse(key, raw)) is None:
            continue
        if type(value) not in (Party, tuple) or not _is_name_alone(value):
            return key, _with_name(value, named[1]) if named[0] else value
        named = named if named[0] else (key, value)
    return named


def _remembering(parse: Parser) -> Parser:
    """The same parser for values that are likely to come again."""
    known: dict[tuple[str, str], object] = {}

    def remembered(key: str, value: object) -> object:
        name = key, repr(value)  # It tells apart all that JSON does: 1 and true are equal in Python.
        if name not in known:
            known[name] = parse(key, value)
        return known[name]

    return remembered


def _is_name_alone(value: object) -> bool:
    people = value if isinstance(value, tuple) else (value,)
    return all(isinstance(party, Party) and not party.address for party in people)


def _with_name(value: Any, named: object) -> Any:
    if isinstance(value, Party) and isinstance(named, Party) and not value.name:
        return Party(address=value.address, name=named.name)
    return value


def _paths(keys: Sequence[str]) -> Iterator[Path]:
    """Where to look for a field, in order."""
    for place in (keys, [f"{ATTRIBUTES}.{key}" for key in keys]):
        yield from ((path, exact) for exact in (True, False) for path in place)


def _settle_body(found: dict[str, Any]) -> None:
    """Make of a body a text or HTML, HTML of a text that is really HTML, and a text of HTML that is none."""
    body, mime = found.pop("body", None), found.pop("mime", "")
    if is_text_in_disguise(found.get("html") or ""):
        html = found.pop("html")
        found.setdefault("text", html)
    if is_html_in_disguise(found.get("text") or ""):
        text = found.pop("text")
        found.setdefault("html", text)
    if body is not None:
        is_markup = is_html(body, mime) or (not mime and is_html_in_disguise(body))
        found.setdefault("html" if is_markup else "text", body)


def _direction(found: Mapping[str, Any], address: str, dialect: Dialect) -> Direction:
    """What the message says, else what its addresses imply; unknown if a message "to" the consumer is from them.

    In doubt a message must not count as received: marking a consumer's own message as read takes it out of the agents'
    queue.
    """
    declared: Direction | None = found.get("direction")
    inferred = _inferred_direction(found, address, dialect)
    if declared is Direction.OUTBOUND and inferred is Direction.INBOUND:
        return Direction.UNKNOWN
    return declared or inferred


def _inferred_direction(found: Mapping[str, Any], address: str, dialect: Dialect) -> Direction:
    """Only the consumer's own address tells it.

    A securebox's address does not: the API may deliver a consumer's message in its name, as it does with web forms.
    """
    if address in dialect.box_addresses:
        return Direction.UNKNOWN
    sender = found.get("sender")
    if sender and sender.address == address:
        return Direction.INBOUND
    if any(party.address == address for party in found.get("recipients", ())):
        return Direction.OUTBOUND
    return Direction.UNKNOWN
