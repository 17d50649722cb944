"""What an answer is made of, without its content: names and JSON types, to see how it was understood."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from inbox.securemail.parsing import MessageReader

# What is shown must be a name: no control characters, no addresses, no sentences.
NAME = re.compile(r"[\w .$:-]{1,64}")
UNPRINTABLE = "(no plain name)"

MAX_DEPTH = 6
MAX_NAMES = 300


@dataclass(frozen=True)
class Observation:
    """One answer.

    `types` has the JSON type, such as `string` or `string or null`, of each name; in names, a dot leads
    into an object and `[]` into the entries of a list. `sources` has, for each of our message fields that
    was found, the API's keys it was taken from.
    """

    operation: str
    http_status: int
    seconds: float
    types: Mapping[str, str]
    sources: Mapping[str, tuple[str, ...]]


def observe(
    operation: str, http_status: int, seconds: float, payload: object, reader: MessageReader
) -> Observation:
    sources: dict[str, dict[str, None]] = {}
    for raw in _messages(operation, payload):
        for field, key in reader.sources(raw).items():
            sources.setdefault(field, {})[key] = None
    taken = {field: tuple(keys) for field, keys in sources.items()}
    return Observation(operation, http_status, seconds, json_types(payload), taken)


def json_types(payload: object) -> dict[str, str]:
    """The JSON type of every name in the payload."""
    met: dict[str, dict[str, None]] = {}
    for name, kind in _walk(payload, "", MAX_DEPTH):
        if name in met or len(met) < MAX_NAMES:
            met.setdefault(name, {})[kind] = None
    return {name: " or ".join(kinds) for name, kinds in met.items()}


def _messages(operation: str, payload: object) -> Iterator[Mapping[str, object]]:
    if not isinstance(payload, dict) or operation not in ("list", "get"):
        return
    data = payload.get("data")
    for raw in [payload.get("secureMail"), *(data if isinstance(data, list) else [data])]:
        if isinstance(raw, dict):
            yield raw


def _walk(value: object, name: str, depth: int) -> Iterator[tuple[str, str]]:
    if name:
        yield name, _type(value)
    if depth and isinstance(value, dict):
        for key, inner in value.items():
            shown = key if NAME.fullmatch(key) else UNPRINTABLE
            yield from _walk(inner, f"{name}.{shown}" if name else shown, depth - 1)
    elif depth and isinstance(value, list):
        for inner in value:
            yield from _walk(inner, f"{name}[]", depth - 1)


def _type(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "list" if isinstance(value, list) else "object"
