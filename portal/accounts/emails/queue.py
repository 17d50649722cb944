"""Writes the row of each mail, and has it tried at once by a thread of this process."""

import logging
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import datetime, timedelta
from functools import partial
from threading import BoundedSemaphore
from typing import Any, Final

from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from portal.accounts.emails import sending
from portal.accounts.emails.content import Content
from portal.accounts.models import Invitation, PortalMail
from portal.keyed_hashes import keyed_hashes

logger = logging.getLogger(__name__)

Kind = PortalMail.Kind

_THREADS: Final = 4
_senders = ThreadPoolExecutor(_THREADS, thread_name_prefix="mail")
# That wait for these threads. More are left to `manage.py deliver`, so that a slow mail server fills no memory.
_MOST_WAITING: Final = 200
_places = BoundedSemaphore(_MOST_WAITING)
NOTICE_LIFETIME: Final = timedelta(days=2)
# Rows keep the hashes that were made with these salts.
_RECIPIENT_SALT: Final = "portal.accounts.emails.recipient"
_TOPIC_SALT: Final = "portal.accounts.emails.topic"


def add_notice(template: str, to: str, context: dict[str, Any]) -> None:
    """A mail about something that has happened to an account."""
    _queue(_row(Kind.NOTICE, Content.of(template, to, context), timezone.now() + NOTICE_LIFETIME))


def add_code(
    template: str,
    to: str,
    context: dict[str, Any],
    *,
    topic: str,
    expires_at: datetime,
    kind: Kind = Kind.CODE,
) -> None:
    """A mail that answers a request for a code. It replaces an earlier one with the same topic."""
    row = _row(kind, Content.of(template, to, context), expires_at)
    row.topic = keyed_hashes(_TOPIC_SALT, topic)[0]
    with transaction.atomic():
        PortalMail.objects.filter(topic__in=keyed_hashes(_TOPIC_SALT, topic)).delete()
        _queue(row)


def add_decoy(to: str, *, topic: str, expires_at: datetime) -> None:
    """Do the work of `add_code` for an address to which nothing is sent, so that the time does not tell."""
    add_code("", to, {}, topic=topic, expires_at=expires_at, kind=Kind.DECOY)


def invitation_row(invitation: Invitation, template: str, context: dict[str, Any]) -> PortalMail:
    """The mail of an invitation, not stored yet. It expires with the invitation, and is deleted with it."""
    to, until = invitation.consumer.email, invitation.expires_at or timezone.now()
    row = _row(Kind.INVITATION, Content.of(template, to, context), until)
    row.invitation = invitation
    return row


def of_recipient(address: str) -> QuerySet[PortalMail]:
    """The mails to this address that wait."""
    return PortalMail.objects.filter(recipient__in=keyed_hashes(_RECIPIENT_SALT, address.lower()))


def _row(kind: Kind, content: Content, expires_at: datetime) -> PortalMail:
    return PortalMail(
        kind=kind,
        recipient=keyed_hashes(_RECIPIENT_SALT, content.to.lower())[0],
        encrypted_content=content.encrypted(),
        expires_at=expires_at,
    )


def _queue(row: PortalMail) -> None:
    row.save()
    _after_commit(row.pk)


def _after_commit(pk: int) -> None:
    transaction.on_commit(partial(hand_over, pk))


def hand_over(pk: int) -> None:
    """Have a thread try the mail now. If none is free, `manage.py deliver` tries it."""
    if not _places.acquire(blocking=False):
        return
    try:
        _senders.submit(copy_context().run, _try, pk)
    except RuntimeError:  # The process is ending.
        _places.release()


def _try(pk: int) -> None:
    try:
        sending.attempt_now(pk)
    except DatabaseError:
        logger.error(
            "A mail could not be tried at once: the database failed. It waits for manage.py deliver."
        )
    finally:
        _places.release()
        # These threads are idle most of the time; each would keep a connection of its own open.
        connection.close()
