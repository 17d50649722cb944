"""The shape of a response: its field names and JSON types, and which of them the parser used. Never its content."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from inbox.securemail.candidates import MAX_DEPTH, NAME, candidates
from inbox.securemail.parsing import MessageParser
from inbox.securemail.transport import RawResponse

UNPRINTABLE = "(no plain name)"

MAX_NAMES = 300
MAX_WORDS = 300  # Characters.


@dataclass(frozen=True)
class ResponseShape:
    """The shape of one response, which took this many `seconds`.

    `types` has the JSON type of each name, such as `string` or `string or null`, and `message_types` that of each name
    in its messages. In names, a dot leads into an object and `[]` into the entries of a list. `used_keys` has, for each
    of our message fields that was found, the API's keys that its values were taken from; `candidates` the keys whose
    values look like that field, the likeliest first.

    `key_number` says which of the connection's keys the call had, from 1 on.
    `clock_skew` is by how many seconds the server's clock is ahead of ours, as its Date header says. `words` is what a
    failure says about itself, in status.message and status.detail: for the operator's eyes, never for a log, since it
    may repeat an address.
    """

    operation: str
    http_status: int
    seconds: float
    types: Mapping[str, str]
    used_keys: Mapping[str, tuple[str, ...]]
    message_types: Mapping[str, str] = field(default_factory=dict)
    candidates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    clock_skew: float | None = None
    key_number: int = 1
    words: str = field(default="", repr=False)


def describe(
    operation: str,
    response: RawResponse,
    seconds: float,
    payload: Mapping[str, Any] | None,
    parser: MessageParser,
    key_number: int,
) -> ResponseShape:
    messages = parser.raw_messages(operation, payload or {})
    # Dictionaries without values, for sets that keep their order.
    used: dict[str, dict[str, None]] = {}
    for raw in messages:
        for name, key in parser.used_keys(raw).items():
            used.setdefault(name, {})[key] = None
    return ResponseShape(
        operation,
        response.http_status,
        seconds,
        types=json_types(payload),
        used_keys={name: tuple(keys) for name, keys in used.items()},
        message_types=json_types(*messages),
        candidates=candidates(messages),
        clock_skew=_clock_skew(response.date),
        key_number=key_number,
        words=_words(payload),
    )


def json_types(*payloads: object) -> dict[str, str]:
    """The JSON type of every name in the payloads, down to MAX_DEPTH and for the first MAX_NAMES names."""
    types: dict[str, dict[str, None]] = {}
    for name, kind in (found for payload in payloads for found in _walk(payload, "", MAX_DEPTH)):
        if name in types or len(types) < MAX_NAMES:
            types.setdefault(name, {})[kind] = None
    return {name: " or ".join(kinds) for name, kinds in types.items()}


def _clock_skew(header: str) -> float | None:
    try:
        date = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    return (date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)).total_seconds()


def _words(payload: object) -> str:
    """One line without control characters, as a terminal would obey them."""
    status = payload.get("status") if isinstance(payload, dict) else None
    if not isinstance(status, dict) or status.get("code") == "SUCCESS":
        return ""
    texts = [text for name in ("message", "detail") if isinstance(text := status.get(name), str)]
    line = " – ".join(filter(None, (_printable(text[:MAX_WORDS]) for text in texts)))
    return line if len(line) <= MAX_WORDS else f"{line[: MAX_WORDS - 1]}…"


def _printable(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _walk(value: object, name: str, depth: int) -> Iterator[tuple[str, str]]:
    if name:
        yield name, _json_type(value)
    if depth and isinstance(value, dict):
        for key, inner in value.items():
            shown = key if NAME.fullmatch(key) else UNPRINTABLE
            yield from _walk(inner, f"{name}.{shown}" if name else shown, depth - 1)
    elif depth and isinstance(value, list):
        for inner in value:
            yield from _walk(inner, f"{name}[]", depth - 1)


def _json_type(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "list" if isinstance(value, list) else "object"
