"""Hashes that only this portal can compute, for what browsers and sessions keep."""

from django.conf import settings
from django.utils.crypto import salted_hmac


def keyed_hashes(salt: str, text: str) -> list[str]:
    """The hash with SECRET_KEY, for storing, and then those with SECRET_KEY_FALLBACKS, for comparing.

    64 hexadecimal digits each (HMAC-SHA256). Whoever compares has to accept all of them: otherwise a new SECRET_KEY
    would undo what was stored before.
    """
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [salted_hmac(salt, text, secret=key, algorithm="sha256").hexdigest() for key in keys]
