"""Tables of how the API's keys were understood: what each field was taken from, and what was not understood."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from inbox.diagnosis.calls import Observations
from inbox.diagnosis.report import Table
from inbox.securemail import COMPOSE_FIELDS, MESSAGE_FIELDS, Dialect, ResponseShape
from inbox.securemail.lookup import fold
from inbox.securemail.parsing import ATTRIBUTES

Types = Mapping[str, str]
"""The names in the messages of a response, and the JSON type of each."""


def message_shapes(seen: Observations) -> dict[str, ResponseShape]:
    """Of the responses that held messages, by operation: list, get."""
    shapes = {operation: seen.shape(operation) for operation in ("list", "get")}
    return {operation: shape for operation, shape in shapes.items() if shape and shape.message_types}


def tables(seen: Observations, dialect: Dialect) -> Iterator[Table]:
    if shapes := message_shapes(seen):
        yield _fields(dialect, shapes)
        yield from _unknown(dialect, shapes.values())
    if shape := seen.shape("userdata"):
        types = {name: kind for name, kind in _below("data.", shape.types).items() if "." not in name}
        rows = tuple((name, kind) for name, kind in types.items() if "[]" not in name)
        if rows:
            note = "Customers see only those that a securebox lists."
            yield Table("Userdata", ("KEY", "TYPE"), rows, note)
    yield _composing(dialect)


def _fields(dialect: Dialect, shapes: Mapping[str, ResponseShape]) -> Table:
    rows = [
        (
            field + _mark(keys, MESSAGE_FIELDS[field].keys),
            *(_source(field, keys, shape) for shape in shapes.values()),
        )
        for field, keys in dialect.message_fields.items()
    ]
    headings = ("FIELD", *(f"TAKEN FROM, IN {operation.upper()}" for operation in shapes))
    is_marked = any(name.endswith("*") for name, *_ in rows)
    return Table("Fields", headings, tuple(rows), "* as set by you" if is_marked else "")


def _source(field: str, keys: Sequence[str], shape: ResponseShape) -> str:
    types = shape.message_types
    if used := shape.used_keys.get(field):
        return _named(used, types)
    if unusable := present_keys(keys, types):
        return f"not usable: {_named(unusable, types)}"
    return "-"


def present_keys(keys: Sequence[str], types: Types) -> list[str]:
    """Which of these keys the messages have with a value, as the API spells them."""
    empty = {name for name, kind in types.items() if kind == "list" and f"{name}[]" not in types}
    spelled = {fold(name): name for name, kind in types.items() if kind != "null" and name not in empty}
    paths = (*keys, *(f"{ATTRIBUTES}.{key}" for key in keys))
    return [spelled[fold(path)] for path in paths if fold(path) in spelled]


def _unknown(dialect: Dialect, shapes: Collection[ResponseShape]) -> Iterator[Table]:
    seen = {name: kind for shape in shapes for name, kind in shape.message_types.items()}
    known = {key for keys in dialect.message_fields.values() for key in keys}
    rows = [(name, kind) for name, kind in seen.items() if "[]" not in name and not _is_part_of(name, known)]
    if rows:
        yield Table("Keys that are not understood", ("KEY", "TYPE"), tuple(rows))


def _is_part_of(name: str, known: Collection[str]) -> bool:
    """Whether the name is a known key, lies inside one, or is an object that a known key with dots leads into."""
    name = fold(name).removeprefix(f"{ATTRIBUTES}.")
    folded = {ATTRIBUTES, *map(fold, known)}
    return any(name == key or name.startswith(f"{key}.") or key.startswith(f"{name}.") for key in folded)


def _composing(dialect: Dialect) -> Table:
    rows = tuple(
        (field + _mark(key, COMPOSE_FIELDS[field]), key or "left out")
        for field, key in dialect.compose_fields.items()
    )
    notes = ["Not tried, since this only reads."]
    if dialect.compose_fields != COMPOSE_FIELDS:
        notes.append("* as set by you")
    return Table("A new message", ("FIELD", "SENT AS"), rows, " ".join(notes))


def _mark(keys: object, default: object) -> str:
    return "" if keys == default else "*"


def _below(prefix: str, types: Types) -> dict[str, str]:
    return {name.removeprefix(prefix): kind for name, kind in types.items() if name.startswith(prefix)}


def _named(keys: Sequence[str], types: Types) -> str:
    return " and ".join(f"{key} ({types.get(key, 'deeper')})" for key in keys)
