"""Builds the client of the Secure Email API from the settings; nothing else reads SECUREMAIL_* settings."""

import os
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.core.signals import setting_changed
from django.dispatch import receiver

from inbox.securemail import ResponseShape, SecureMailClient, Timeouts


def get_client() -> SecureMailClient:
    """This process's client, built when first asked for. Raises ValueError where a setting is wrong."""
    # Never a forked parent's: two processes on one connection would read each other's mail.
    return _client_of_process(os.getpid())


def build_client(on_response: Callable[[ResponseShape], None] | None = None) -> SecureMailClient:
    """A client of one's own, to be closed after use."""
    return SecureMailClient(
        settings.SECUREMAIL_API_URL,
        settings.SECUREMAIL_API_KEY,
        timeouts=Timeouts(
            connect=settings.SECUREMAIL_CONNECT_TIMEOUT,
            read=settings.SECUREMAIL_READ_TIMEOUT,
            deadline=settings.SECUREMAIL_DEADLINE,
            send_deadline=settings.SECUREMAIL_SEND_DEADLINE,
        ),
        max_bytes=settings.SECUREMAIL_MAX_BYTES,
        message_fields=settings.SECUREMAIL_MESSAGE_FIELDS,
        compose_fields=settings.SECUREMAIL_COMPOSE_FIELDS,
        ca_file=settings.SECUREMAIL_CA_FILE or None,
        on_response=on_response,
    )


def calls_per_box() -> int:
    """How many calls of one kind, reading or sending, may be under way at the same time for one securebox."""
    calls: int = settings.SECUREMAIL_CALLS_PER_BOX
    return calls


@lru_cache(maxsize=1)
def _client_of_process(_process: int) -> SecureMailClient:
    return build_client()


@receiver(setting_changed)
def _rebuild(setting: str, **_: object) -> None:
    """Settings change in tests only."""
    if setting.startswith("SECUREMAIL_"):
        _client_of_process.cache_clear()
