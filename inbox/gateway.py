"""Builds the client of the Secure Email API from the settings."""

import os
from collections.abc import Callable, Mapping
from functools import lru_cache

from django.conf import settings
from django.core.signals import setting_changed
from django.dispatch import receiver

from inbox.securemail import Connection, Dialect, ResponseShape, SecureMailClient, Timeouts
from inbox.securemail.dialect import read


def get_client() -> SecureMailClient:
    """This process's client, built on first use. Raises ValueError or OSError if a setting is wrong."""
    # Keyed by process, since after a fork two processes on one connection would read each other's answers.
    return _client_of_process(os.getpid())


def build_client(on_response: Callable[[ResponseShape], None] | None = None) -> SecureMailClient:
    """A separate client, which the caller must close."""
    return SecureMailClient(
        _connection(),
        timeouts=Timeouts(
            connect=settings.SECUREMAIL_CONNECT_TIMEOUT,
            read=settings.SECUREMAIL_READ_TIMEOUT,
            deadline=settings.SECUREMAIL_DEADLINE,
            send_deadline=settings.SECUREMAIL_SEND_DEADLINE,
        ),
        max_bytes=settings.SECUREMAIL_MAX_BYTES,
        dialect=get_dialect(),
        on_response=on_response,
    )


def _connection() -> Connection:
    return Connection(
        settings.SECUREMAIL_API_URL, (settings.SECUREMAIL_API_KEY,), ca_file=settings.SECUREMAIL_CA_FILE
    )


@lru_cache(maxsize=1)
def get_dialect() -> Dialect:
    """The API's dialect, read on first use. Raises ValueError if a setting is wrong, OSError if its file is missing."""
    return read(
        settings.SECUREMAIL_DIALECT,
        message_fields=settings.SECUREMAIL_MESSAGE_FIELDS,
        compose_fields=settings.SECUREMAIL_COMPOSE_FIELDS,
    )


def has_dialect() -> bool:
    """Whether SECUREMAIL_DIALECT says anything."""
    return bool(settings.SECUREMAIL_DIALECT)


def message_fields() -> Mapping[str, list[str]]:
    """What SECUREMAIL_MESSAGE_FIELDS says."""
    fields: Mapping[str, list[str]] = settings.SECUREMAIL_MESSAGE_FIELDS
    return fields


def calls_per_box() -> int:
    """How many calls of one kind (reading or sending) may be in progress at the same time for one securebox."""
    calls: int = settings.SECUREMAIL_CALLS_PER_BOX
    return calls


@lru_cache(maxsize=1)
def _client_of_process(_process: int) -> SecureMailClient:
    return build_client()


@receiver(setting_changed)
def _rebuild(setting: str, **_: object) -> None:
    """Drop the client and its dialect after a test has changed a setting."""
    if setting.startswith("SECUREMAIL_"):
        _client_of_process.cache_clear()
        get_dialect.cache_clear()
