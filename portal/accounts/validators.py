"""What an account's e-mail address and names may be, and which URLs are safe to send secrets to."""

import re
import unicodedata
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from portal.characters import one_line
from portal.loopback import is_loopback

MAX_ADDRESS_LENGTH = 254  # Characters: what RFC 5321 allows for a path, without its angle brackets.
MAX_NAME_LENGTH = 80

# RFC 5321's dot-string and domain, without its quoted and bracketed forms. Only ASCII: outside it, different
# characters fold to the same letter, and two people would share one mailbox.
_ADDRESS = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
)
_LOOKS_LIKE_AN_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
# The zero-width non-joiner and joiner: invisible, but part of names in Persian and in Indian scripts.
_JOINERS = "\u200c\u200d"


def normalise_address(typed: str) -> str:
    """The one form of an address that is stored and compared: lower case, with its dots and +tag kept.

    The address decides whose mail is shown, so the rule is narrow: ValidationError for anything but a plain ASCII
    address.
    """
    if not typed.isascii() and _LOOKS_LIKE_AN_ADDRESS.fullmatch(typed.strip()):
        message = _("Use only letters from a to z without accents, numbers and common symbols.")
        raise ValidationError(message, code="not_ascii")
    # Check for ASCII before lowering: the Kelvin sign, for example, becomes an ASCII "k".
    address = typed.strip(" ").lower() if typed.isascii() else ""
    if len(address) > MAX_ADDRESS_LENGTH or not _ADDRESS.fullmatch(address):
        raise ValidationError(_("Enter an email address, such as name@example.com."), code="invalid")
    return address


def validate_address(typed: str) -> None:
    """A validator for fields. Raises ValidationError where `normalise_address` does."""
    normalise_address(typed)


def clean_name(typed: str) -> str:
    """The name as it is stored: in Unicode's composed form (NFC), without surrounding spaces.

    Messages are signed with it, so it is one line: pasted line breaks become spaces, and characters that are invisible
    or change the direction of what follows are left out. Raises ValidationError if it is too long, or if it holds
    characters that have no meaning of their own in Unicode.
    """
    seen = "".join(c for c in one_line(typed) if c in _JOINERS or unicodedata.category(c) != "Cf")
    name = unicodedata.normalize("NFC", seen).strip()
    if len(name) > MAX_NAME_LENGTH:
        message = ngettext_lazy(
            "Use %(most)d character or fewer.", "Use %(most)d characters or fewer.", MAX_NAME_LENGTH
        )
        raise ValidationError(message, code="too_long", params={"most": MAX_NAME_LENGTH})
    if not all(map(_is_visible, name)):
        raise ValidationError(_("Use only visible letters, spaces and symbols."), code="invisible")
    return name


def _is_visible(character: str) -> bool:
    return character.isprintable() or character in _JOINERS or unicodedata.category(character) == "Zs"


def is_safe_url(url: object) -> bool:
    """Whether secrets may be sent there: it is https, or this very machine."""
    if not isinstance(url, str):
        return False
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)))


def validate_safe_url(typed: str) -> None:
    """A validator for fields. Raises ValidationError unless `is_safe_url`."""
    if not is_safe_url(typed):
        raise ValidationError(_("Enter an address that begins with https://."), code="unsafe")
