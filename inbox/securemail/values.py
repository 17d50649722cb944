"""Parse single values of a message, in whichever form the API may send them.

A parser takes the API's key and its value, and returns None if the value is not usable. Parsers never raise.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from email.utils import getaddresses
from itertools import accumulate

from inbox.securemail.lookup import Keys
from inbox.securemail.models import MESSAGE_ID, Direction, Party
from inbox.securemail.moments import to_datetime
from portal.characters import has_visible

# Characters of a subject, a name and the like. Longer ones are cut: no page could show them.
MAX_LINE = 1_000
MAX_CODE = 10**9  # Python refuses to write out very long numbers.

# Characters of one header of addresses. Longer ones are ignored: no real list of people is as long, and parsing it
# would take too much time.
MAX_ADDRESS_HEADER = 2_000
MAX_ADDRESS_HEADERS = 10_000  # Of all of a message's senders, or of all its recipients.
MAX_PARTIES = 100

PARTY_ADDRESS_KEYS = ("address", "email", "emailAddress")
PARTY_NAME_KEYS = ("personal", "name", "displayName")

# Control characters, and those that change the direction of what follows. In the title of a page, for example, nothing
# could end what a subject began. Marks that have only a direction of their own are left.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

FIRST_YEAR, LAST_YEAR = 1970, 9998

# "in" or "out" must be the whole word or start one of these: "internal" and "interaction" are no directions.
DIRECTION = re.compile(r"(?:email[ _-]?)?(in|out)(?:bound|coming|going|[^a-z]|$)", re.IGNORECASE)
DIRECTION_CODES = {"0": "in", "1": "out"}
# A key that says what its flag means: `isInbound`, `outgoing`.
DIRECTION_FLAG = re.compile(r"(in|out)(?:bound|coming|going)", re.IGNORECASE)

UNREAD_WORDS = {"unread": True, "unseen": True, "new": True, "read": False, "seen": False}
CLOSED_WORDS = {"closed", "resolved"}
FLAGS = {"true": True, "yes": True, "y": True, "1": True, "false": False, "no": False, "n": False, "0": False}
# The keys of flags that are true for unread messages, and of those that are true for read ones.
UNREAD_FLAG = re.compile(r"unread|unseen|unopened|(?:\A|is_?|\.)new\Z", re.IGNORECASE)
READ_FLAG = re.compile(r"read|seen|opened", re.IGNORECASE)


def replace_surrogates(text: str) -> str:
    """The text with "?" for each lone surrogate: JSON can carry them, but pages, logs and databases cannot."""
    return text.encode("utf-8", "replace").decode("utf-8")


def parse_text(_key: str, value: object) -> str | None:
    """None for a text without a visible character: it must not stand in the way of another form of the message."""
    return replace_surrogates(value) if isinstance(value, str) and has_visible(value) else None


def parse_line(_key: str, value: object) -> str | None:
    return _one_line(value) or None if isinstance(value, str) else None


def first_line(keys: Keys, names: Iterable[str]) -> str:
    """The first of these values that is a line of text; empty if none is."""
    for name in names:
        if line := parse_line(name, keys.find(name)[1]):
            return line
    return ""


def parse_subject(key: str, value: object) -> str | None:
    return visible(parse_line(key, value) or "") or None


def visible(line: str) -> str:
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


def parse_date(_key: str, value: object, zone: tzinfo = UTC) -> datetime | None:
    """A date in any of the forms that `moments` reads. One without an offset is taken for a time in `zone`."""
    date = to_datetime(value, zone)
    # APIs use the first and the last years for "no date", and not every time zone can show them.
    return date if date and FIRST_YEAR <= date.year <= LAST_YEAR else None


def parse_unread(key: str, value: object) -> bool | None:
    """Whether the message is unread: a word such as "read" or "unread", or a flag whose key says what it means."""
    if (unread := UNREAD_WORDS.get(_word(value))) is not None:
        return unread
    flag = _flag(value)
    if flag is None:
        return None
    if UNREAD_FLAG.search(key):
        return flag
    # A real boolean is a flag under any key. `status: 1` need not be one.
    return not flag if isinstance(value, bool) or READ_FLAG.search(key) else None


def parse_closed(_key: str, value: object) -> bool | None:
    """True for a status that says that the matter is closed; there is no word for the opposite."""
    return _word(value) in CLOSED_WORDS or None


def parse_direction(key: str, value: object) -> Direction | None:
    """A word or a code, or a flag whose key says which direction it means."""
    named, flag = DIRECTION_FLAG.search(key), _flag(value)
    if named and flag is not None:
        is_inbound = flag is (named[1].lower() == "in")
        return Direction.INBOUND if is_inbound else Direction.OUTBOUND
    if not isinstance(value, str | int) or isinstance(value, bool):
        return None
    text = str(value).strip()
    match = DIRECTION.match(DIRECTION_CODES.get(text, text))
    if not match:
        return None
    return Direction.INBOUND if match[1].lower() == "in" else Direction.OUTBOUND


def _flag(value: object) -> bool | None:
    return FLAGS.get(_word(value))


def _word(value: object) -> str:
    """The value in the form in which words are compared; empty if it is none that can be a word or a code."""
    return word(value) if isinstance(value, str | int) else ""


def word(value: str | int) -> str:
    """`True` is the word true, 7 the word 7. Letter case and the space around do not count."""
    text = str(value) if isinstance(value, int) and abs(value) < MAX_CODE else value
    return text.strip().lower() if isinstance(text, str) and len(text) <= MAX_LINE else ""


def parse_sender(key: str, value: object) -> Party | None:
    parties = parse_recipients(key, value) or ()
    # A name with an unquoted comma, as in `Doe, Jane <jane@example.com>`, is parsed as two people.
    return next((party for party in parties if party.address), parties[0] if parties else None)


def parse_recipients(_key: str, value: object) -> tuple[Party, ...] | None:
    """A header of addresses, an object with an address and a name, or a list of both."""
    if isinstance(value, dict):
        return tuple(_parties_of(value)) or None
    entries = value[:MAX_PARTIES] if isinstance(value, list) else [value]
    lengths = accumulate(len(entry) if isinstance(entry, str) else 0 for entry in entries)
    within = [entry for entry, length in zip(entries, lengths, strict=True) if length <= MAX_ADDRESS_HEADERS]
    return tuple(party for entry in within for party in _parties_of(entry)) or None


def _parties_of(entry: object) -> list[Party]:
    if isinstance(entry, str):
        pairs = _names_and_addresses(replace_surrogates(entry))
    elif isinstance(entry, dict):
        keys = Keys(entry)
        pairs = [(first_line(keys, PARTY_NAME_KEYS), first_line(keys, PARTY_ADDRESS_KEYS))]
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
        return Party(address=address.strip().lower(), name=visible(" ".join(name.split())))
    text = visible(" ".join((name or address).split()))
    return Party(name=text) if text else None
