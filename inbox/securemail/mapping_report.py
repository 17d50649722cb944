"""Tells an operator which of the API's keys were taken for what, which are missing and which are not
understood.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence

from inbox.securemail.client import SecureMailClient
from inbox.securemail.models import COMPOSE_FIELDS, MESSAGE_FIELDS, Direction, Message
from inbox.securemail.response_shape import Observation

WIDTH = 14

Types = Mapping[str, Mapping[str, str]]
"""For list and get: the names in their messages, and the JSON type of each."""

# What consumers would miss; the other fields do without a word.
MEANING = {
    "subject": "every message is shown without a subject",
    "sender": "nobody is named as the sender",
    "date": "no message has a date",
    "unread": "no message is marked as unread",
    "direction": "received and sent cannot be told apart; nothing is marked read, and nothing can be deleted",
    "text": "opened messages are empty",
}


def mapping_report(
    client: SecureMailClient, observations: Sequence[Observation], messages: Collection[Message]
) -> Iterator[str]:
    """Lines of text: field names and JSON types, never what a field holds.

    `observations` are what the client told its observer, `messages` what it listed meanwhile.
    """
    seen = {each.operation: each for each in observations if each.http_status == 200}
    types: dict[str, dict[str, str]] = {
        name: _message_types(seen[name]) for name in ("list", "get") if name in seen
    }
    if any(types.values()):
        missing = list(_missing(seen, messages))
        yield from _fields(client, seen, types)
        yield from _consequences(client, missing)
        yield from _unknown(client, types, missing)
    if "userdata" in seen:
        yield from _userdata(seen["userdata"])
    yield from _composing(client)


def _fields(client: SecureMailClient, seen: Mapping[str, Observation], types: Types) -> Iterator[str]:
    rows = [
        (
            field + _mark(keys, MESSAGE_FIELDS[field]),
            [_source(field, keys, seen[name], types[name]) for name in types],
        )
        for field, keys in client.message_fields.items()
    ]
    width = max(len(sources[0]) for _, sources in rows) + 3
    yield ""
    yield (
        f"{'FIELD':<{WIDTH}}"
        + "".join(f"{f'TAKEN FROM, IN {name.upper()}':<{width}}" for name in types).rstrip()
    )
    for field, sources in rows:
        yield f"{field:<{WIDTH}}" + "".join(f"{source:<{width}}" for source in sources).rstrip()
    if any(field.endswith("*") for field, _ in rows):
        yield "* as set in SECUREMAIL_MESSAGE_FIELDS"


def _source(field: str, keys: Sequence[str], observation: Observation, types: Mapping[str, str]) -> str:
    if used := observation.sources.get(field):
        return _named(used, types)
    if unusable := [key for key in keys if key in types]:
        return f"not usable: {_named(unusable, types)}"
    return "-"


def _missing(seen: Mapping[str, Observation], messages: Collection[Message]) -> Iterator[str]:
    """The fields that consumers would miss."""
    found = {field for each in seen.values() for field in each.sources}
    if any(message.direction is not Direction.UNKNOWN for message in messages):
        # Where no key tells it, the addresses may.
        found.add("direction")
    if found & {"html", "body"} or "get" not in seen:
        found.add("text")
    yield from (field for field in MEANING if field not in found)


def _consequences(client: SecureMailClient, missing: Collection[str]) -> Iterator[str]:
    if missing:
        yield ""
        yield "NOT FOUND, AND WHAT IT MEANS FOR CONSUMERS"
    for field in missing:
        yield f"{field:<{WIDTH}}{MEANING[field]} (looked for {', '.join(client.message_fields[field])})"


def _unknown(client: SecureMailClient, types: Types, missing: Sequence[str]) -> Iterator[str]:
    met = {name: kind for each in types.values() for name, kind in each.items()}
    known = {key for keys in client.message_fields.values() for key in keys}
    unknown = [name for name in met if "[]" not in name and not _is_part_of(name, known)]
    if not unknown:
        return
    yield ""
    yield "KEYS THAT ARE NOT UNDERSTOOD"
    yield from (f"{name} ({met[name]})" for name in unknown)
    if missing:
        yield f"If one of them is what is missing, say so in the environment. Were {unknown[0]} the {missing[0]}:"
        yield "SECUREMAIL_MESSAGE_FIELDS=" + json.dumps({missing[0]: [unknown[0]]})


def _is_part_of(name: str, known: Collection[str]) -> bool:
    """Whether the name is a known key, lies inside one, or is an object that one leads into."""
    return any(name == key or name.startswith(f"{key}.") or key.startswith(f"{name}.") for key in known)


def _userdata(observation: Observation) -> Iterator[str]:
    yield ""
    yield "USERDATA KEYS (consumers see only those that a securebox lists)"
    types = {name: kind for name, kind in _below("data.", observation.types).items() if "." not in name}
    yield from (f"{name} ({kind})" for name, kind in types.items() if "[]" not in name)


def _composing(client: SecureMailClient) -> Iterator[str]:
    yield ""
    yield f"{'FIELD':<{WIDTH}}SENT AS (not tried: this command only reads)"
    for field, key in client.compose_fields.items():
        yield f"{field + _mark(key, COMPOSE_FIELDS[field]):<{WIDTH}}{key or 'left out'}"
    if client.compose_fields != COMPOSE_FIELDS:
        yield "* as set in SECUREMAIL_COMPOSE_FIELDS"


def _mark(keys: object, default: object) -> str:
    return "" if keys == default else "*"


def _message_types(observation: Observation) -> dict[str, str]:
    prefixes = ("data[].",) if observation.operation == "list" else ("secureMail.", "data.")
    return next((types for prefix in prefixes if (types := _below(prefix, observation.types))), {})


def _below(prefix: str, types: Mapping[str, str]) -> dict[str, str]:
    return {name.removeprefix(prefix): kind for name, kind in types.items() if name.startswith(prefix)}


def _named(keys: Sequence[str], types: Mapping[str, str]) -> str:
    return " and ".join(f"{key} ({types.get(key, 'deeper')})" for key in keys)
