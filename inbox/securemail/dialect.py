"""How one installation of the API differs from what the reference and its sibling APIs document.

An operator writes it as JSON (the settings SECUREMAIL_DIALECT, SECUREMAIL_MESSAGE_FIELDS and
SECUREMAIL_COMPOSE_FIELDS; `docs/going-live.md` shows them). This module is the only one that reads and checks it.
"""

import json
import re
from collections.abc import Collection, Mapping
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    ValidationError,
    field_validator,
    model_validator,
)

from inbox.securemail.fields import COMPOSE_FIELDS, LIST_KEYS, MESSAGE_FIELDS, MESSAGE_KEYS
from inbox.securemail.lookup import Keys
from inbox.securemail.moments import find_zone
from inbox.securemail.values import word

Constant = StrictBool | StrictInt | StrictFloat | StrictStr
Json = Mapping[str, Any]

# The field whose values each meaning is about.
FIELD_OF: Mapping[str, str] = {
    "unread": "unread",
    "read": "unread",
    "inbound": "direction",
    "outbound": "direction",
    "closed": "closed",
}

MAX_ENTRIES = 1_000  # Of a list, and of an object.
MAX_TEXT = 1_000  # Characters of a constant.
KEY = re.compile(r"[^.\x00-\x1f\x7f]{1,100}(?:\.[^.\x00-\x1f\x7f]{1,100}){0,7}")
ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")
ORDERS = ("newest_first", "oldest_first")


def read_message_fields(overrides: object) -> dict[str, tuple[str, ...]]:
    """The keys of each message field, an operator's in place of ours. Raises ValueError if an override is wrong."""
    if not isinstance(overrides, Mapping):
        raise ValueError('needs fields and keys, such as {"subject": ["someKey"]}')
    for field, keys in overrides.items():
        _require_known(field, MESSAGE_FIELDS)
        if not isinstance(keys, list | tuple) or not all(_is_key(key) for key in keys):
            raise ValueError(f'{field!r} needs a list of the API\'s keys, such as ["someKey"]')
    return {field: tuple(overrides.get(field, default.keys)) for field, default in MESSAGE_FIELDS.items()}


def read_compose_fields(overrides: object) -> dict[str, str]:
    """The key of each compose field, an operator's in place of ours. Raises ValueError if an override is wrong."""
    if not isinstance(overrides, Mapping):
        raise ValueError('needs fields and keys, such as {"text": "someKey"}')
    for field, key in overrides.items():
        _require_known(field, COMPOSE_FIELDS)
        if key != "" and not _is_key(key):
            raise ValueError(f"{field!r} needs one key of the API, or an empty text to leave it out")
    return {field: _within_data(key) for field, key in {**COMPOSE_FIELDS, **overrides}.items()}


class Dialect(BaseModel):
    """A checked dialect. Without arguments, what the reference and the sibling APIs document.

    - `message_fields`: the keys of each row of `fields.MESSAGE_FIELDS`.
    - `compose_fields`: the key of each row of `fields.COMPOSE_FIELDS`; empty if it is not sent.
    - `constants`: what is sent with each new message besides, by key.
    - `words`: the operator's words for each meaning, in the form of `values.word`.
    - `zone`: for dates that name none.
    - `whole_lists`: a list holds whole messages, as the single calls do.
    - `list_keys`, `message_keys`: where a response keeps its messages.
    - `box_addresses`: the company's own addresses, in lower case. They never stand for a consumer.

    Raises pydantic's ValidationError; `read` says the same in an operator's words.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, validate_default=True
    )

    message_fields: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    compose_fields: Mapping[str, str] = Field(default_factory=dict)
    constants: Mapping[str, Constant] = Field(default_factory=dict)
    words: Mapping[str, frozenset[str]] = Field(default_factory=dict)
    zone: tzinfo = UTC
    order: str = ORDERS[0]
    whole_lists: StrictBool = False
    list_keys: tuple[str, ...] = LIST_KEYS
    message_keys: tuple[str, ...] = MESSAGE_KEYS
    box_addresses: frozenset[str] = frozenset()

    _message_fields = field_validator("message_fields", mode="before")(read_message_fields)
    _compose_fields = field_validator("compose_fields", mode="before")(read_compose_fields)

    @field_validator("constants", mode="before")
    @classmethod
    def _read_constants(cls, value: object) -> dict[str, object]:
        if not isinstance(value, Mapping) or len(value) > MAX_ENTRIES:
            raise ValueError('needs keys and values, such as {"channel": "portal"}')
        for key, constant in value.items():
            if not _is_key(key):
                raise ValueError(f"{key!r} cannot be a key")
            if not isinstance(constant, str | int | float) or len(str(constant)) > MAX_TEXT:
                raise ValueError(
                    f"{key!r} needs a text of up to {MAX_TEXT:,} characters, a number, true or false"
                )
        return {_within_data(key): constant for key, constant in value.items()}

    @field_validator("words", mode="before")
    @classmethod
    def _read_words(cls, value: object) -> dict[str, frozenset[str]]:
        if not isinstance(value, Mapping):
            raise ValueError(
                'needs words for unread, read, inbound, outbound and closed, such as {"unread": ["NEW"]}'
            )
        for meaning in value:
            _require_known(meaning, FIELD_OF)
        words = {meaning: _words(meaning, given) for meaning, given in value.items()}
        for one, other in (("unread", "read"), ("inbound", "outbound")):
            if both := words.get(one, frozenset()) & words.get(other, frozenset()):
                raise ValueError(f"{min(both)!r} cannot mean both {one} and {other}")
        return words

    @field_validator("zone", mode="before")
    @classmethod
    def _read_zone(cls, value: object) -> tzinfo:
        if isinstance(value, tzinfo):
            return value
        if not isinstance(value, str):
            raise ValueError("needs the name of a time zone, such as Europe/Berlin")
        return find_zone(value)

    @field_validator("order", mode="before")
    @classmethod
    def _read_order(cls, value: object) -> str:
        if value not in ORDERS:
            raise ValueError(f"needs {' or '.join(ORDERS)}")
        return str(value)

    @field_validator("list_keys", "message_keys", mode="before")
    @classmethod
    def _read_keys(cls, value: object) -> tuple[str, ...]:
        keys = (value,) if isinstance(value, str) else value
        if not isinstance(keys, list | tuple) or not keys or not all(_is_key(key) for key in keys):
            raise ValueError('needs a list of the API\'s keys, such as ["result.mails"]')
        return tuple(keys)

    @field_validator("box_addresses", mode="before")
    @classmethod
    def _read_box_addresses(cls, value: object) -> frozenset[str]:
        if not isinstance(value, list | tuple | frozenset) or len(value) > MAX_ENTRIES:
            raise ValueError('needs a list of addresses, such as ["claims@example.com"]')
        for address in value:
            if not isinstance(address, str) or not ADDRESS.fullmatch(address):
                raise ValueError(f"{str(address)[:100]!r} is no whole address")
        return frozenset(address.lower() for address in value)

    @model_validator(mode="after")
    def _keys_are_apart(self) -> Self:
        """Two values under one key, or one inside another, could not both be sent. Userdata may take constants in."""
        fields = [("compose_fields", key, field) for field, key in self.compose_fields.items() if key]
        every = [*fields, *(("constants", key, "a constant") for key in self.constants)]
        sent: dict[str, str] = {}
        for part, key, what in every:
            if key in sent:
                raise ValueError(f"{part}: {key!r} is sent already, as {sent[key]}")
            sent[key] = what
        for part, key, what in every:
            for outer in _outer_keys(key):
                if outer in sent and (sent[outer], what) != ("user_data", "a constant"):
                    raise ValueError(f"{part}: {key!r} lies inside {outer!r}, which is sent as {sent[outer]}")
        return self

    @property
    def userdata_constants(self) -> frozenset[str]:
        """The userdata keys that are sent with every message."""
        inside = f"{self.compose_fields['user_data']}."
        keys = (key.removeprefix(inside) for key in self.constants if key.startswith(inside))
        return frozenset(key.partition(".")[0] for key in keys)

    @property
    def oldest_first(self) -> bool:
        """Whether the API lists the oldest message first."""
        return self.order == "oldest_first"

    def translated(self, field: str, value: object) -> object:
        """A value of this field: our word for it, if the operator has said what it means."""
        if not self.words or not isinstance(value, str | int):
            return value
        own = (
            meaning
            for meaning, words in self.words.items()
            if FIELD_OF[meaning] == field and word(value) in words
        )
        return next(own, value)

    def find_list(self, payload: Json) -> list[Any] | None:
        """The list of messages in a response; None if it has none."""
        found: list[Any] | None = _first(payload, self.list_keys, list)
        return found

    def find_message(self, payload: Json) -> dict[str, Any] | None:
        """The single message in a response; None if it has none."""
        found: dict[str, Any] | None = _first(payload, self.message_keys, dict)
        return found


def read(source: str | Json = "", message_fields: object = None, compose_fields: object = None) -> Dialect:
    """The dialect in the settings.

    `source` is a JSON object, as text or parsed; or the path of a file that holds one. The other two are parts of it
    that have settings of their own. Raises ValueError, whose text names what is wrong; OSError if there is no file.
    """
    parts = dict(_parse(source))
    for name, fields in (("message_fields", message_fields), ("compose_fields", compose_fields)):
        if fields is not None and fields != {}:
            parts[name] = _joined(name, parts.get(name, {}), fields)
    try:
        return Dialect(**parts)
    except ValidationError as error:
        raise ValueError(_said(error)) from None


def _parse(source: str | Json) -> Json:
    if not isinstance(source, str):
        parsed: object = source
    elif not source.strip():
        parsed = {}
    else:
        text = (
            source
            if source.lstrip().startswith("{")
            else Path(source.strip()).read_text(encoding="utf-8-sig")
        )
        try:
            parsed = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
        except RecursionError:
            raise ValueError("dialect: is nested too deeply") from None
        except json.JSONDecodeError as error:
            raise ValueError(
                f"dialect: is not JSON: line {error.lineno}, column {error.colno}: {error.msg}"
            ) from None
    if not isinstance(parsed, Mapping):
        raise ValueError('dialect: needs a JSON object, such as {"zone": "Europe/Berlin"}')
    return parsed


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"dialect: {key!r} comes twice")
        found[key] = value
    return found


def _refuse(constant: str) -> float:
    raise ValueError(f"dialect: {constant} is not JSON")


def _joined(name: str, inner: object, setting: object) -> object:
    if not isinstance(inner, Mapping) or not isinstance(setting, Mapping):
        return setting if isinstance(inner, Mapping) else inner
    if twice := sorted(set(inner) & set(setting)):
        raise ValueError(f"{name}: {twice[0]!r} is in SECUREMAIL_DIALECT and in SECUREMAIL_{name.upper()}")
    return {**inner, **setting}


def _said(error: ValidationError) -> str:
    """All that is wrong, in an operator's words, without the values."""
    said = []
    for each in error.errors(include_url=False, include_input=False):
        part = ".".join(str(step) for step in each["loc"][:1])
        if each["type"] == "extra_forbidden":
            said.append(f"dialect: there is no {part!r}; there are {', '.join(Dialect.model_fields)}")
        else:
            text = each["msg"].removeprefix("Value error, ")
            said.append(f"{part}: {text}" if part else text)
    return "; ".join(said)


def _words(meaning: str, given: object) -> frozenset[str]:
    values = [given] if isinstance(given, str) else given
    if not isinstance(values, list | tuple | frozenset) or len(values) > MAX_ENTRIES:
        raise ValueError(f'{meaning!r} needs a list of words, such as ["NEW"]')
    words = [word(value) if isinstance(value, str | int) else "" for value in values]
    if not all(words):
        raise ValueError(f"{meaning!r} has a word that no value can be")
    return frozenset(words)


def _first(payload: Json, paths: tuple[str, ...], kind: type) -> Any:
    keys = Keys(payload)
    found = (keys.find(path)[1] for path in paths)
    return next((value for value in found if isinstance(value, kind)), None)


def _within_data(key: str) -> str:
    """The key as seen from `data`, where the reference has a new message: `data.text` is `text`."""
    return key.removeprefix("data.")


def _outer_keys(key: str) -> list[str]:
    parts = key.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts))]


def _is_key(key: object) -> bool:
    return isinstance(key, str) and bool(KEY.fullmatch(key))


def _require_known(name: object, known: Collection[str]) -> None:
    if name not in known:
        raise ValueError(f"there is no field {name!r}; there are {', '.join(known)}")
