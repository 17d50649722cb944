"""What people write is kept encrypted until it is with the contact centre.

Fernet of the `cryptography` package (AES-128-CBC and HMAC-SHA256), under FIELD_ENCRYPTION_KEYS: the first key
encrypts, all of them decrypt, so that a new one is put in front and `manage.py rotate_keys` carries the rows over.
"""

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class KeyMissing(Exception):
    """None of FIELD_ENCRYPTION_KEYS decrypts this: the key was removed too early, or the row was altered."""

    def __init__(self) -> None:
        super().__init__("None of FIELD_ENCRYPTION_KEYS decrypts this. Put the key it was written with back.")


def encrypt(plain: str) -> str:
    return _fernet().encrypt(plain.encode()).decode()


def decrypt(token: str) -> str:
    """Raises KeyMissing."""
    try:
        return _fernet().decrypt(token.encode()).decode()
    except InvalidToken:
        raise KeyMissing from None


def rotate(token: str) -> str:
    """The same, under the first key. Raises KeyMissing."""
    try:
        return _fernet().rotate(token.encode()).decode()
    except InvalidToken:
        raise KeyMissing from None


def check_keys() -> None:
    """Raises ValueError, without the value, where a key is missing or is none."""
    if not settings.FIELD_ENCRYPTION_KEYS:
        raise ValueError("FIELD_ENCRYPTION_KEYS is not set.")
    for number, key in enumerate(settings.FIELD_ENCRYPTION_KEYS, start=1):
        try:
            Fernet(key)
        except ValueError:
            raise ValueError(f"FIELD_ENCRYPTION_KEYS: key {number} is no Fernet key.") from None


def _fernet() -> MultiFernet:
    return _with(tuple(settings.FIELD_ENCRYPTION_KEYS))


@lru_cache(maxsize=4)
def _with(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
