"""Examines whether the keys are real ones, and decrypt what is stored: for a sample of rows."""

from collections.abc import Iterator
from typing import Final

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from inbox.models import OutgoingMessage
from portal import encryption
from portal.accounts.login import mfa
from portal.database.brief_connection import brief_connection
from portal.findings import Finding, failure, ok, warning

TOPIC: Final = "Keys"
_DATABASE_SECONDS: Final = 3.0
_SAMPLE: Final = 50  # Rows: the oldest and the newest of each kind.
_DEVELOPMENT: Final = "for-development-only"
_MAKE: Final = "docs/sending.md has the command that makes one; rotate_keys then encrypts with it."


def look() -> Iterator[Finding]:
    try:
        encryption.check_keys()
    except ValueError as error:
        yield failure(TOPIC, str(error), _MAKE)
        return
    if settings.PRODUCTION and any(_DEVELOPMENT in key for key in settings.FIELD_ENCRYPTION_KEYS):
        yield failure(
            TOPIC, "FIELD_ENCRYPTION_KEYS holds the key of development, which everybody knows.", _MAKE
        )
    with brief_connection(_DATABASE_SECONDS):
        sample = _sample()
    unreadable = [token for token in sample if not _is_readable(token)]
    if unreadable:
        message = (
            f"{len(unreadable)} of {len(sample)} sampled texts and second steps cannot be decrypted: the key they were"
            " written with is not among FIELD_ENCRYPTION_KEYS."
        )
        yield failure(
            TOPIC, message, "Put that key back at the end of the list, then run: manage.py rotate_keys"
        )
    elif older := sum(not _is_of_first_key(token) for token in sample):
        message = f"{older} of {len(sample)} sampled texts and second steps need an older one of the keys."
        yield warning(TOPIC, message, "Run manage.py rotate_keys before you remove a key.")
    elif not sample:
        yield ok(TOPIC, "They are keys; nothing is encrypted yet.")
    else:
        yield ok(TOPIC, f"The first of FIELD_ENCRYPTION_KEYS decrypts all of {len(sample)} sampled rows.")


def _sample() -> set[str]:
    contents = OutgoingMessage.objects.exclude(encrypted_content="").values_list(
        "encrypted_content", flat=True
    )
    oldest, newest = contents.order_by("pk")[:_SAMPLE], contents.order_by("-pk")[:_SAMPLE]
    return {*oldest, *newest, *mfa.sealed_secrets(_SAMPLE)}


def _is_readable(token: str) -> bool:
    try:
        encryption.decrypt(token)
    except encryption.KeyMissing:
        return False
    return True


def _is_of_first_key(token: str) -> bool:
    try:
        Fernet(settings.FIELD_ENCRYPTION_KEYS[0]).decrypt(token.encode())
    except InvalidToken:
        return False
    return True
