"""A report for operators: which of the API's keys each field was taken from, and which keys were not understood."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence

from inbox.securemail.client import SecureMailClient
from inbox.securemail.fields import COMPOSE_FIELDS, MESSAGE_FIELDS
from inbox.securemail.lookup import fold
from inbox.securemail.models import Direction, Message
from inbox.securemail.parsing import ATTRIBUTES
from inbox.securemail.response_shape import ResponseShape

WIDTH = 14

Types = Mapping[str, Mapping[str, str]]
"""For the operations list and get: the names in their messages, and the JSON type of each."""


def mapping_report(
    client: SecureMailClient, shapes: Sequence[ResponseShape], messages: Collection[Message]
) -> Iterator[str]:
    """Lines of text with field names and JSON types, never with the content of a field.

    `shapes` are the responses that the client has passed to `on_response`, `messages` those it listed meanwhile.
    """
    seen = {shape.operation: shape for shape in shapes if shape.http_status == 200}
    types: dict[str, dict[str, str]] = {
        operation: _message_types(seen[operation]) for operation in ("list", "get") if operation in seen
    }
    if any(types.values()):
        missing = list(_missing(seen, messages))
        yield from _fields(client, seen, types)
        yield from _consequences(client, missing)
        yield from _unknown(client, types, missing)
    if "userdata" in seen:
        yield from _userdata(seen["userdata"])
    yield from _composing(client)


def _fields(client: SecureMailClient, seen: Mapping[str, ResponseShape], types: Types) -> Iterator[str]:
    rows = [
        (
            field + _mark(keys, MESSAGE_FIELDS[field].keys),
            [_source(field, keys, seen[operation], types[operation]) for operation in types],
        )
        for field, keys in client.dialect.message_fields.items()
    ]
    width = max(len(sources[0]) for _, sources in rows) + 3
    yield ""
    yield (
        f"{'FIELD':<{WIDTH}}"
        + "".join(f"{f'TAKEN FROM, IN {operation.upper()}':<{width}}" for operation in types).rstrip()
    )
    for field, sources in rows:
        yield f"{field:<{WIDTH}}" + "".join(f"{source:<{width}}" for source in sources).rstrip()
    if any(field.endswith("*") for field, _ in rows):
        yield "* as set in SECUREMAIL_MESSAGE_FIELDS"


def _source(field: str, keys: Sequence[str], shape: ResponseShape, types: Mapping[str, str]) -> str:
    if used := shape.used_keys.get(field):
        return _named(used, types)
    if unusable := [key for key in keys if key in types]:
        return f"not usable: {_named(unusable, types)}"
    return "-"


def _missing(seen: Mapping[str, ResponseShape], messages: Collection[Message]) -> Iterator[str]:
    """The fields that were not found, and that consumers would miss."""
    found = {field for shape in seen.values() for field in shape.used_keys}
    if any(message.direction is not Direction.UNKNOWN for message in messages):
        # The parser infers it from the addresses if no key has it.
        found.add("direction")
    if found & {"html", "body"} or "get" not in seen:
        found.add("text")
    yield from (name for name, field in MESSAGE_FIELDS.items() if field.if_missing and name not in found)


def _consequences(client: SecureMailClient, missing: Collection[str]) -> Iterator[str]:
    if missing:
        yield ""
        yield "NOT FOUND, AND WHAT IT MEANS FOR CONSUMERS"
    for field in missing:
        looked_for = ", ".join(client.dialect.message_fields[field])
        yield f"{field:<{WIDTH}}{MESSAGE_FIELDS[field].if_missing} (looked for {looked_for})"


def _unknown(client: SecureMailClient, types: Types, missing: Sequence[str]) -> Iterator[str]:
    seen = {name: kind for each in types.values() for name, kind in each.items()}
    known = {key for keys in client.dialect.message_fields.values() for key in keys}
    unknown = [name for name in seen if "[]" not in name and not _is_part_of(name, known)]
    if not unknown:
        return
    yield ""
    yield "KEYS THAT ARE NOT UNDERSTOOD"
    yield from (f"{name} ({seen[name]})" for name in unknown)
    if missing:
        yield f"If one of them is what is missing, say so in the environment. Were {unknown[0]} the {missing[0]}:"
        yield "SECUREMAIL_MESSAGE_FIELDS=" + json.dumps({missing[0]: [unknown[0]]})


def _is_part_of(name: str, known: Collection[str]) -> bool:
    """Whether the name is a known key, lies inside one, or is an object that a known key with dots leads into."""
    name = fold(name).removeprefix(f"{ATTRIBUTES}.")
    folded = {ATTRIBUTES, *map(fold, known)}
    return any(name == key or name.startswith(f"{key}.") or key.startswith(f"{name}.") for key in folded)


def _userdata(shape: ResponseShape) -> Iterator[str]:
    yield ""
    yield "USERDATA KEYS (consumers see only those that a securebox lists)"
    types = {name: kind for name, kind in _below("data.", shape.types).items() if "." not in name}
    yield from (f"{name} ({kind})" for name, kind in types.items() if "[]" not in name)


def _composing(client: SecureMailClient) -> Iterator[str]:
    yield ""
    yield f"{'FIELD':<{WIDTH}}SENT AS (not tried: this command only reads)"
    for field, key in client.dialect.compose_fields.items():
        yield f"{field + _mark(key, COMPOSE_FIELDS[field]):<{WIDTH}}{key or 'left out'}"
    if client.dialect.compose_fields != COMPOSE_FIELDS:
        yield "* as set in SECUREMAIL_COMPOSE_FIELDS"


def _mark(keys: object, default: object) -> str:
    return "" if keys == default else "*"


def _message_types(shape: ResponseShape) -> dict[str, str]:
    prefixes = ("data[].",) if shape.operation == "list" else ("secureMail.", "data.")
    return next((types for prefix in prefixes if (types := _below(prefix, shape.types))), {})


def _below(prefix: str, types: Mapping[str, str]) -> dict[str, str]:
    return {name.removeprefix(prefix): kind for name, kind in types.items() if name.startswith(prefix)}


def _named(keys: Sequence[str], types: Mapping[str, str]) -> str:
    return " and ".join(f"{key} ({types.get(key, 'deeper')})" for key in keys)
