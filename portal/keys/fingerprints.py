"""The secret keys that all processes of an installation share, by names that may be shown: their fingerprints."""

import hashlib
from typing import Final

from django.conf import settings

SIGNING: Final = "SECRET_KEY"
ENCRYPTING: Final = "FIELD_ENCRYPTION_KEYS"


def keys_of(name: str) -> list[str]:
    """The keys of this process, in its order: the first makes what is new, all of them read."""
    if name == SIGNING:
        return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return list(settings.FIELD_ENCRYPTION_KEYS)


def fingerprint(key: str) -> str:
    """Eight hexadecimal digits that tell keys apart, and from which no key can be computed."""
    return hashlib.sha256(f"portal.keys\n{key}".encode()).hexdigest()[:8]


def fingerprints() -> dict[str, list[str]]:
    """Of all keys of this process, by the names of their settings and in their order."""
    return {name: [fingerprint(key) for key in keys_of(name)] for name in (SIGNING, ENCRYPTING)}
