"""Encryption of database fields: drafts, outgoing messages, and the secrets of two-step verification.

Uses Fernet from the `cryptography` package (AES-128-CBC and HMAC-SHA256) with FIELD_ENCRYPTION_KEYS. The first key
encrypts, all of them decrypt. `manage.py keys` leads through replacing one, and `manage.py rotate_keys` encrypts the
rows again.
"""

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class KeyMissing(Exception):
    """No key in FIELD_ENCRYPTION_KEYS decrypts this: its key was removed too early, or the row was altered."""

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
    """Encrypt the same text again, with the first key. Raises KeyMissing."""
    try:
        return _fernet().rotate(token.encode()).decode()
    except InvalidToken:
        raise KeyMissing from None


def key_position(token: str) -> int | None:
    """Which of FIELD_ENCRYPTION_KEYS encrypted it, counted from 0; None if none of them did."""
    for position, key in enumerate(settings.FIELD_ENCRYPTION_KEYS):
        try:
            _fernet_for((key,)).decrypt(token.encode())
        except InvalidToken:
            continue
        return position
    return None


def check_keys() -> None:
    """Raises ValueError if there is no key or one of them is not a Fernet key. The text does not hold the key."""
    if not settings.FIELD_ENCRYPTION_KEYS:
        raise ValueError("FIELD_ENCRYPTION_KEYS is not set.")
    for number, key in enumerate(settings.FIELD_ENCRYPTION_KEYS, start=1):
        try:
            Fernet(key)
        except ValueError:
            raise ValueError(f"FIELD_ENCRYPTION_KEYS: key {number} is no Fernet key.") from None


def _fernet() -> MultiFernet:
    return _fernet_for(tuple(settings.FIELD_ENCRYPTION_KEYS))


@lru_cache(maxsize=8)
def _fernet_for(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
