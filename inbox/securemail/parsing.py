"""Turns one message of the API's into a `Message`, whichever of the known names and forms it uses."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import getaddresses
from itertools import accumulate
from typing import Any

from inbox.securemail.models import (
    MESSAGE_ID,
    PARTY_ADDRESS_KEYS,
    PARTY_NAME_KEYS,
    Direction,
    Message,
    Party,
    merged_message_fields,
)

# A subject, a name or the like; what is longer is cut, as no page could show it.
MAX_LINE = 1_000

# Longer is no list of people, and parsing it would cost more than it is worth.
MAX_ADDRESS_HEADER = 2_000
MAX_ADDRESS_HEADERS = 10_000  # All of a message's senders, or recipients, together.
MAX_PARTIES = 100

EPOCH = re.compile(r"\d{9,16}")

# Epoch values from here on are milliseconds: as seconds they would lie beyond the year 5000.
MILLISECONDS_FROM = 100_000_000_000
FIRST_YEAR, LAST_YEAR = 1970, 9998

# "internal" and "interaction" start like a direction and are none: after in or out comes an end or one of
# these.
DIRECTION = re.compile(r"(?:email[ _-]?)?(in|out)(?:bound|coming|going|[^a-z]|$)", re.IGNORECASE)
DIRECTION_CODES = {"0": "in", "1": "out"}

HTML = re.compile(
    r"<(?:!doctype html|html|head|body|div|p|br|table|span|ul|ol|h[1-6]|a|b|i|strong|em)\b", re.IGNORECASE
)


class MessageReader:
    """Reads messages by the names in `MESSAGE_FIELDS`, with an operator's overrides in place of some."""

    def __init__(self, overrides: Mapping[str, Sequence[str]]) -> None:
        self.fields = merged_message_fields(overrides)

    def entry(self, raw: object, *, address: str) -> Message | None:
        """One entry of a list, or None where it is no object or has no usable id; `address` as in
        `message`.
        """
        if not isinstance(raw, dict):
            return None
        message_id = self._find(raw, "id")[1]
        return self.message(raw, message_id, address=address) if message_id else None

    def message(self, raw: Mapping[str, object], message_id: str, *, address: str) -> Message:
        """A message under the id that was asked for, whatever other ids it names.

        `address` is the consumer's: it tells the direction where nothing else does.
        """
        found = {field: value for field in self.fields if (value := self._find(raw, field)[1]) is not None}
        body, mime = found.pop("body", None), found.pop("mime", "")
        found.setdefault("html" if _is_html(body or "", mime) else "text", body)
        found["direction"] = _agreed_direction(found, address.lower())
        return Message.model_validate({**found, "id": message_id})

    def sources(self, raw: Mapping[str, object]) -> dict[str, str]:
        """For each of our fields that this message fills: the API's key it was taken from."""
        return {field: key for field in self.fields if (key := self._find(raw, field)[0])}

    def _find(self, raw: Mapping[str, object], field: str) -> tuple[str, Any]:
        for key in self.fields[field]:
            value = _READERS[field](key, _lookup(raw, key))
            if value is not None:
                return key, value
        return "", None


def clean(text: str) -> str:
    """The text without lone surrogates: JSON can carry them, and no page, log or database can."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _lookup(raw: Mapping[str, object], key: str) -> object:
    if key in raw:
        return raw[key]
    value: object = raw
    for part in key.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _agreed_direction(found: Mapping[str, Any], address: str) -> Direction:
    """What the message says, else what its addresses tell; unknown where the two contradict each other.

    A consumer's own message that is taken for a received one would leave the agents' queue.
    """
    declared: Direction | None = found.get("direction")
    inferred = _inferred_direction(found, address)
    if declared is Direction.OUTBOUND and inferred is Direction.INBOUND:
        return Direction.UNKNOWN
    return declared or inferred


def _inferred_direction(found: Mapping[str, Any], address: str) -> Direction:
    sender = found.get("sender")
    if sender and sender.address == address:
        return Direction.INBOUND
    if any(party.address == address for party in found.get("recipients", ())):
        return Direction.OUTBOUND
    return Direction.UNKNOWN


def _text(_key: str, value: object) -> str | None:
    return clean(value) if isinstance(value, str) and value else None


def _line(_key: str, value: object) -> str | None:
    return _one_line(value) or None if isinstance(value, str) else None


def _one_line(text: str) -> str:
    line = " ".join(clean(text[: MAX_LINE + 1]).split())
    return line if len(text) <= MAX_LINE else f"{line[: MAX_LINE - 1]}…"


def _id(_key: str, value: object) -> str | None:
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text if MESSAGE_ID.fullmatch(text) else None


def _date(_key: str, value: object) -> datetime | None:
    date = _moment(value)
    # The first and last years stand for "no date", and cannot be shown in every time zone.
    return date if date and FIRST_YEAR <= date.year <= LAST_YEAR else None


def _moment(value: object) -> datetime | None:
    try:
        if isinstance(value, str) and not EPOCH.fullmatch(value):
            date = datetime.fromisoformat(value.strip())
            return date.replace(tzinfo=date.tzinfo or UTC).astimezone(UTC)
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            seconds = float(value)
            return datetime.fromtimestamp(seconds / 1000 if seconds >= MILLISECONDS_FROM else seconds, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return None


def _unread(key: str, value: object) -> bool | None:
    if isinstance(value, bool):
        # A flag says what its key says: `read` by default, perhaps an operator's `isUnread`.
        return value if "unread" in key.lower() else not value
    word = value.strip().lower() if isinstance(value, str) else ""
    return {"unread": True, "read": False}.get(word)


def _direction(_key: str, value: object) -> Direction | None:
    if not isinstance(value, str | int) or isinstance(value, bool):
        return None
    text = str(value).strip()
    match = DIRECTION.match(DIRECTION_CODES.get(text, text))
    if not match:
        return None
    return Direction.INBOUND if match[1].lower() == "in" else Direction.OUTBOUND


def _is_html(body: str, mime: str) -> bool:
    if "html" in mime.lower():
        return True
    return not mime and bool(HTML.search(body, 0, 2000))


def _parties(_key: str, value: object) -> tuple[Party, ...] | None:
    entries = value[:MAX_PARTIES] if isinstance(value, list) else [value]
    lengths = accumulate(len(entry) if isinstance(entry, str) else 0 for entry in entries)
    within = [entry for entry, length in zip(entries, lengths, strict=True) if length <= MAX_ADDRESS_HEADERS]
    return tuple(party for entry in within for party in _parties_of(entry)) or None


def _parties_of(entry: object) -> list[Party]:
    if isinstance(entry, str):
        pairs = _address_pairs(clean(entry))
    elif isinstance(entry, dict):
        name = next((text for key in PARTY_NAME_KEYS if (text := _line(key, entry.get(key)))), "")
        address = next((text for key in PARTY_ADDRESS_KEYS if (text := _line(key, entry.get(key)))), "")
        pairs = [(name, address)]
    else:
        pairs = []
    return [party for name, address in pairs if (party := _party(name, address))]


def _address_pairs(text: str) -> list[tuple[str, str]]:
    """The names and addresses in a header's text."""
    if "@" not in text:
        # It is all name, which the parser would run together.
        return [(_one_line(text), "")]
    try:
        return getaddresses([text]) if len(text) <= MAX_ADDRESS_HEADER else []
    except RecursionError:
        # The parser follows nested comments and groups by calling itself.
        return []


def _party(name: str, address: str) -> Party | None:
    if "@" in address:
        return Party(address=address.strip().lower(), name=" ".join(name.split()))
    text = " ".join((name or address).split())
    return Party(name=text) if text else None


def _sender(key: str, value: object) -> Party | None:
    parties = _parties(key, value) or ()
    # An unquoted comma in a name, as in `Doe, Jane <jane@example.com>`, reads as two people.
    return next((party for party in parties if party.address), parties[0] if parties else None)


_READERS: Mapping[str, Callable[[str, object], object]] = {
    "id": _id,
    "subject": _line,
    "sender": _sender,
    "recipients": _parties,
    "date": _date,
    "unread": _unread,
    "direction": _direction,
    "text": _text,
    "html": _text,
    "body": _text,
    "mime": _line,
    "thread_id": _line,
    "operation_id": _line,
    "parent_id": _line,
    "securebox": _line,
}
