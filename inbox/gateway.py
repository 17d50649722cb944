"""Builds the clients of the Secure Email API from the settings."""

import os
from collections.abc import Callable, Mapping
from functools import lru_cache

from django.conf import settings
from django.core.signals import setting_changed
from django.dispatch import receiver

from inbox.connection_settings import connection
from inbox.securemail import Dialect, ResponseShape, SecureMailClient, Timeouts
from inbox.securemail.dialect import read


def get_client(connection_name: str = "") -> SecureMailClient:
    """This process's client of the connection of this name, built on first use.

    Raises UnknownConnection, and ValueError or OSError if a setting is wrong.
    """
    # Keyed by process, since after a fork two processes on one connection would read each other's answers.
    return _client_of_process(os.getpid(), connection_name)


def build_client(
    on_response: Callable[[ResponseShape], None] | None = None, connection_name: str = ""
) -> SecureMailClient:
    """A separate client, which the caller must close. Raises the same errors."""
    return SecureMailClient(
        connection(connection_name),
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


@lru_cache(maxsize=100)
def _client_of_process(_process: int, connection_name: str) -> SecureMailClient:
    return build_client(connection_name=connection_name)


@receiver(setting_changed)
def _rebuild(setting: str, **_: object) -> None:
    """Drop the clients and their dialect after a test has changed a setting."""
    if setting.startswith("SECUREMAIL_"):
        _client_of_process.cache_clear()
        get_dialect.cache_clear()
