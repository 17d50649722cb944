"""The portal's signed names for messages.

The API's key opens anyone's mail by its id, so an id from a browser proves nothing. A reference does: it carries
a signature over the consumer's address, the securebox, the id and the direction, and is worth nothing outside
that address and that box.
"""

import json
import re
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.core.signing import BadSignature, Signer

from inbox.securemail import Direction
from portal.keyed_hashes import keyed_hashes

MARK_LENGTH = (
    8  # 32 bits: among the sixty messages that a page compares, one in a hundred million is mistaken.
)

_LETTERS = {Direction.INBOUND: "i", Direction.OUTBOUND: "o", Direction.UNKNOWN: "u"}
_DIRECTIONS = {letter: direction for direction, letter in _LETTERS.items()}

_SHAPE = re.compile(
    r"(?P<letter>[iou])\.(?P<id>[A-Za-z0-9][A-Za-z0-9_-]{0,127})\.(?P<signature>[A-Za-z0-9_-]{43})"
)


@dataclass(frozen=True)
class Reference:
    """The content of a verified reference."""

    message_id: str
    direction: Direction


class BadReference(Exception):
    """The reference was not signed here for this address and this securebox."""


def sign(address: str, securebox: str, message_id: str, direction: Direction) -> str:
    letter = _LETTERS[direction]
    claim = _claim(address, securebox, message_id, letter)
    return f"{letter}.{message_id}.{_signer().signature(claim)}"


def verify(reference: str, address: str, securebox: str) -> Reference:
    """Raises BadReference unless `sign` made it for this address and securebox, with a SECRET_KEY still in use."""
    shape = _SHAPE.fullmatch(reference)
    if shape is None:
        raise BadReference
    claim = _claim(address, securebox, shape["id"], shape["letter"])
    try:
        _signer().unsign(f"{claim}:{shape['signature']}")
    except BadSignature:
        raise BadReference from None
    return Reference(shape["id"], _DIRECTIONS[shape["letter"]])


def equivalents(reference: str, address: str, securebox: str) -> list[str]:
    """All references to the same message, one for each SECRET_KEY still in use. A bad reference has only itself."""
    try:
        named = verify(reference, address, securebox)
    except BadReference:
        return [reference]
    letter = _LETTERS[named.direction]
    claim = _claim(address, securebox, named.message_id, letter)
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [f"{letter}.{named.message_id}.{_signer(key).signature(claim)}" for key in keys]


def marks(address: str, securebox: str, message_id: str) -> list[str]:
    """Short names for a message in links between pages: the current one, and those with SECRET_KEY_FALLBACKS.

    They open nothing and tell nothing; a page finds a message in its own list by them. MARK_LENGTH characters each.
    """
    claim = _claim(address, securebox, message_id, "")
    return [fingerprint[:MARK_LENGTH] for fingerprint in keyed_hashes("inbox.references.marks", claim)]


def _signer(key: str | None = None) -> Signer:
    return _signer_with(key or settings.SECRET_KEY, tuple(settings.SECRET_KEY_FALLBACKS))


@lru_cache
def _signer_with(key: str, fallbacks: tuple[str, ...]) -> Signer:
    """Kept, since a page signs a name for each of its messages."""
    return Signer(key=key, salt="inbox.references", sep=":", fallback_keys=list(fallbacks))


def _claim(address: str, securebox: str, message_id: str, letter: str) -> str:
    # As JSON, four parts can never be mistaken for four others.
    return json.dumps([address.lower(), securebox, message_id, letter])
