"""What a logo has to be: a small PNG. It holds no script, as an SVG may, and all browsers show it."""

import struct
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MAX_BYTES: Final = 64 * 1024
_MAX_SIDE: Final = 1024  # Pixels.
# The signature, and of the first chunk its name, the width and the height.
_HEAD: Final = struct.Struct(">8s4x4s2I")
_PNG: Final = (b"\x89PNG\r\n\x1a\n", b"IHDR")


def check_png(content: bytes) -> None:
    """Raises ValidationError with a message that says what to choose instead."""
    if len(content) > MAX_BYTES:
        raise ValidationError(_("Choose a file of at most 64 kB."), code="size")
    if len(content) < _HEAD.size:
        raise _no_png()
    signature, chunk, width, height = _HEAD.unpack_from(content)
    if (signature, chunk) != _PNG:
        raise _no_png()
    if not (0 < width <= _MAX_SIDE and 0 < height <= _MAX_SIDE):
        message = _("Choose a picture of at most 1024 pixels in width and in height.")
        raise ValidationError(message, code="dimensions")


def _no_png() -> ValidationError:
    return ValidationError(_("Choose a PNG file."), code="type")
