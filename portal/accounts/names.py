"""What a name may hold. Messages are signed with it, so it is one line of visible characters."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MAX_LENGTH = 80
# Two invisible characters that names in Persian and in Indian scripts are written with.
_JOINERS = "\u200c\u200d"


def clean_name(typed: str) -> str:
    """The name as it is kept: composed characters (NFC), no space around it.

    Raises ValidationError where it is too long, or holds line breaks, control characters or signs that turn the
    direction of what follows them.
    """
    name = unicodedata.normalize("NFC", typed).strip()
    if len(name) > MAX_LENGTH:
        message = _("Use %(most)d characters at most.")
        raise ValidationError(message, code="too_long", params={"most": MAX_LENGTH})
    if not all(map(_is_seen, name)):
        raise ValidationError(_("Use letters, spaces and signs that can be seen."), code="invisible")
    return name


def _is_seen(sign: str) -> bool:
    return sign.isprintable() or sign in _JOINERS or unicodedata.category(sign) == "Zs"
