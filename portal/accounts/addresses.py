"""Which e-mail addresses an account may have. The address decides whose mail is shown, so the rule is narrow."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# RFC 5321's dot-string and domain without its quoted and bracketed forms. ASCII alone: outside it, different
# characters fold to the same letter, and two people would share one mailbox.
_ADDRESS = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
)
_LOOKS_LIKE_ONE = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
MAX_LENGTH = 254


def validate_address(typed: str) -> None:
    """For forms. Raises ValidationError where `normalise_address` does."""
    normalise_address(typed)


def normalise_address(typed: str) -> str:
    """The one form of an address that is stored and compared: lower case, with its dots and +tag kept.

    Raises ValidationError for anything but a plain ASCII address.
    """
    if not typed.isascii() and _LOOKS_LIKE_ONE.fullmatch(typed.strip()):
        message = _("Only the letters a to z without accents, digits and the usual signs can be used.")
        raise ValidationError(message, code="not_ascii")
    # Checked before it is lowered: the Kelvin sign, for one, becomes an ASCII "k".
    address = typed.strip(" ").lower() if typed.isascii() else ""
    if len(address) > MAX_LENGTH or not _ADDRESS.fullmatch(address):
        raise ValidationError(_("Enter an e-mail address such as name@example.com."), code="invalid")
    return address
