"""Parse single values of a message, in whichever form the API may send them.

A parser takes the API's key and its value, and returns None if the value is not usable. Parsers never raise.
"""

import re
from datetime import UTC, datetime
from email.utils import getaddresses
from itertools import accumulate

from inbox.securemail.models import MESSAGE_ID, Direction, Party

# Characters of a subject, a name and the like. Longer ones are cut: no page could show them.
MAX_LINE = 1_000

# Characters of one header of addresses. Longer ones are ignored: no real list of people is as long, and parsing it
# would take too much time.
MAX_ADDRESS_HEADER = 2_000
MAX_ADDRESS_HEADERS = 10_000  # Of all of a message's senders, or of all its recipients.
MAX_PARTIES = 100

PARTY_ADDRESS_KEYS = ("address", "email")
PARTY_NAME_KEYS = ("personal", "name")

# Control characters, and those that change the direction of what follows. In the title of a page, for example, nothing
# could end what a subject began. Marks that have only a direction of their own are left.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

EPOCH = re.compile(r"\d{9,16}")

# Epoch values from here on are milliseconds: in seconds they would lie beyond the year 5000.
MILLISECONDS_FROM = 100_000_000_000
FIRST_YEAR, LAST_YEAR = 1970, 9998

# "in" or "out" must be the whole word or start one of these: "internal" and "interaction" are no directions.
DIRECTION = re.compile(r"(?:email[ _-]?)?(in|out)(?:bound|coming|going|[^a-z]|$)", re.IGNORECASE)
DIRECTION_CODES = {"0": "in", "1": "out"}

HTML = re.compile(
    r"<(?:!doctype html|html|head|body|div|p|br|table|span|ul|ol|h[1-6]|a|b|i|strong|em)\b", re.IGNORECASE
)


def replace_surrogates(text: str) -> str:
    """The text with "?" for each lone surrogate: JSON can carry them, but pages, logs and databases cannot."""
    return text.encode("utf-8", "replace").decode("utf-8")


def is_html(body: str, mime: str) -> bool:
    """Whether the body is HTML, as its MIME type says or, without one, as its first 2,000 characters look."""
    if "html" in mime.lower():
        return True
    return not mime and bool(HTML.search(body, 0, 2000))


def parse_text(_key: str, value: object) -> str | None:
    return replace_surrogates(value) if isinstance(value, str) and value else None


def parse_line(_key: str, value: object) -> str | None:
    return _one_line(value) or None if isinstance(value, str) else None


def parse_subject(key: str, value: object) -> str | None:
    return _visible(parse_line(key, value) or "") or None


def _visible(line: str) -> str:
    """The line without what a reader cannot see; empty if that is all of it."""
    seen = UNSEEN.sub("", line)
    return seen if any(character.isprintable() and character != " " for character in seen) else ""


def _one_line(text: str) -> str:
    text = text.strip()
    line = " ".join(replace_surrogates(text[: MAX_LINE + 1]).split())
    return line if len(text) <= MAX_LINE else f"{line[: MAX_LINE - 1]}…"


def parse_id(_key: str, value: object) -> str | None:
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text if MESSAGE_ID.fullmatch(text) else None


def parse_date(_key: str, value: object) -> datetime | None:
    """ISO 8601, or an epoch in seconds or milliseconds. A time without an offset is taken for UTC."""
    date = _to_datetime(value)
    # APIs use the first and the last years for "no date", and not every time zone can show them.
    return date if date and FIRST_YEAR <= date.year <= LAST_YEAR else None


def _to_datetime(value: object) -> datetime | None:
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


def parse_unread(key: str, value: object) -> bool | None:
    """Whether the message is unread: the word "read" or "unread", or a boolean."""
    if isinstance(value, bool):
        # The key says what the boolean means: `read` by default, but an operator may have set `isUnread`.
        return value if "unread" in key.lower() else not value
    word = value.strip().lower() if isinstance(value, str) else ""
    return {"unread": True, "read": False}.get(word)


def parse_direction(_key: str, value: object) -> Direction | None:
    if not isinstance(value, str | int) or isinstance(value, bool):
        return None
    text = str(value).strip()
    match = DIRECTION.match(DIRECTION_CODES.get(text, text))
    if not match:
        return None
    return Direction.INBOUND if match[1].lower() == "in" else Direction.OUTBOUND


def parse_sender(key: str, value: object) -> Party | None:
    parties = parse_recipients(key, value) or ()
    # A name with an unquoted comma, as in `Doe, Jane <jane@example.com>`, is parsed as two people.
    return next((party for party in parties if party.address), parties[0] if parties else None)


def parse_recipients(_key: str, value: object) -> tuple[Party, ...] | None:
    """A header of addresses, an object with an address and a name, or a list of both."""
    entries = value[:MAX_PARTIES] if isinstance(value, list) else [value]
    lengths = accumulate(len(entry) if isinstance(entry, str) else 0 for entry in entries)
    within = [entry for entry, length in zip(entries, lengths, strict=True) if length <= MAX_ADDRESS_HEADERS]
    return tuple(party for entry in within for party in _parties_of(entry)) or None


def _parties_of(entry: object) -> list[Party]:
    if isinstance(entry, str):
        pairs = _names_and_addresses(replace_surrogates(entry))
    elif isinstance(entry, dict):
        name = next((text for key in PARTY_NAME_KEYS if (text := parse_line(key, entry.get(key)))), "")
        address = next((text for key in PARTY_ADDRESS_KEYS if (text := parse_line(key, entry.get(key)))), "")
        pairs = [(name, address)]
    else:
        pairs = []
    return [party for name, address in pairs if (party := _party(name, address))]


def _names_and_addresses(header: str) -> list[tuple[str, str]]:
    if "@" not in header:
        # Only a name. getaddresses would remove the spaces in it.
        return [(_one_line(header), "")]
    try:
        return getaddresses([header]) if len(header) <= MAX_ADDRESS_HEADER else []
    except RecursionError:
        # getaddresses follows nested comments and groups by recursion.
        return []


def _party(name: str, address: str) -> Party | None:
    if "@" in address:
        return Party(address=address.strip().lower(), name=_visible(" ".join(name.split())))
    text = _visible(" ".join((name or address).split()))
    return Party(name=text) if text else None
