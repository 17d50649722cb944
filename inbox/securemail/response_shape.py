"""The shape of a response: its field names and JSON types, and which of them the parser used. Never its content."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from inbox.securemail.parsing import MessageParser

# The names that may be shown. A key of another form may hold control characters, an address or a sentence.
NAME = re.compile(r"[\w .$:-]{1,64}")
UNPRINTABLE = "(no plain name)"

MAX_DEPTH = 6
MAX_NAMES = 300


@dataclass(frozen=True)
class ResponseShape:
    """The shape of one response.

    `types` has the JSON type of each name, such as `string` or `string or null`. In names, a dot leads into an object
    and `[]` into the entries of a list. `used_keys` has, for each of our message fields that was found, the API's keys
    that its values were taken from.
    """

    operation: str
    http_status: int
    seconds: float
    types: Mapping[str, str]
    used_keys: Mapping[str, tuple[str, ...]]


def describe(
    operation: str,
    http_status: int,
    seconds: float,
    payload: Mapping[str, Any] | None,
    parser: MessageParser,
) -> ResponseShape:
    # Dictionaries without values, for sets that keep their order.
    used: dict[str, dict[str, None]] = {}
    for raw in parser.raw_messages(operation, payload or {}):
        for field, key in parser.used_keys(raw).items():
            used.setdefault(field, {})[key] = None
    used_keys = {field: tuple(keys) for field, keys in used.items()}
    return ResponseShape(operation, http_status, seconds, json_types(payload), used_keys)


def json_types(payload: object) -> dict[str, str]:
    """The JSON type of every name in the payload, down to MAX_DEPTH and for the first MAX_NAMES names."""
    types: dict[str, dict[str, None]] = {}
    for name, kind in _walk(payload, "", MAX_DEPTH):
        if name in types or len(types) < MAX_NAMES:
            types.setdefault(name, {})[kind] = None
    return {name: " or ".join(kinds) for name, kinds in types.items()}


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
