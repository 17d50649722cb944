"""Notices that the database was restored from a backup: what is queued in it may have been sent since the backup.

Each attempt to send gets the next number of a count in the database, in the transaction that claims the message. Before
the first byte leaves, the number is noted outside the database too: in the cache, and in PORTAL_SENDING_MARK_FILE. A
number that was noted before the database gives it out shows that the database is older than the last sending. From then
on nothing is sent, by no process, until `manage.py deliver --after-restore`.

A note that is lost raises no alarm: the next attempt makes another one.
"""

import logging
import os
from contextlib import suppress
from datetime import datetime
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from inbox.models import SendingMark
from portal.cache.unavailable import CacheUnavailable

logger = logging.getLogger(__name__)

_ONLY: Final = 1  # The primary key of the row.
# Of several processes that note their numbers at the same moment, the one with a lower number may come last. In so many
# places, it does not replace a higher one.
_PLACES: Final = 16


class DatabaseIsOlder(Exception):
    """Nothing may be sent. The text says what to do."""

    def __init__(self) -> None:
        super().__init__(
            "The database is older than the last known sending, as after restoring a backup, so nothing is sent: run"
            " manage.py deliver --after-restore."
        )


def take_number() -> tuple[UUID, int]:
    """Count the attempt that is being claimed. The caller commits this with the claim, and then calls `note`.

    Raises DatabaseIsOlder: the caller must roll back, and call `stop`.
    """
    mark = _mark()
    # Before the count, so that no other process can have noted the number that this one gets.
    noted = _noted(mark.installation)
    rows = SendingMark.objects.filter(pk=_ONLY)
    if not rows.filter(stopped_at=None).update(number=F("number") + 1):
        raise DatabaseIsOlder
    number: int = rows.values_list("number", flat=True).get()
    if noted >= number:
        raise DatabaseIsOlder
    return mark.installation, number


def note(installation: UUID, number: int) -> None:
    """Note outside the database that this number was given out. What fails is logged, and holds up no message."""
    with suppress(CacheUnavailable):
        cache.set(_place(installation, number), number, timeout=None)
    if settings.PORTAL_SENDING_MARK_FILE:
        try:
            _write(Path(settings.PORTAL_SENDING_MARK_FILE), installation, number)
        except OSError as error:
            logger.error("PORTAL_SENDING_MARK_FILE cannot be written: %s", error.strerror)


def require_current() -> None:
    """Raises DatabaseIsOlder if nothing may be sent. Every process then knows."""
    mark = _mark()
    noted = _noted(mark.installation)
    # After the notes, since the others go on counting.
    mark.refresh_from_db()
    if mark.stopped_at or noted > mark.number:
        stop()
        raise DatabaseIsOlder


def stop() -> None:
    """Stop all processes from sending, and alarm operators."""
    SendingMark.objects.filter(pk=_ONLY, stopped_at=None).update(stopped_at=timezone.now())
    logger.error(
        "The database is older than the last known sending, as after restoring a backup: nothing is sent until an"
        " operator runs manage.py deliver --after-restore"
    )


def begin_restore() -> datetime:
    """Keep every process from sending. Returns since when: what was queued before may have been sent already."""
    mark = _mark()
    SendingMark.objects.filter(pk=_ONLY, stopped_at=None).update(stopped_at=timezone.now())
    mark.refresh_from_db()
    return mark.stopped_at or timezone.now()


def end_restore(since: datetime) -> None:
    """Let all processes send again, with numbers that were never given out."""
    with transaction.atomic():
        mark = SendingMark.objects.select_for_update().get(pk=_ONLY)
        mark.number = max(mark.number, _noted(mark.installation))
        mark.restored_at, mark.stopped_at = since, None
        mark.save()


def doubtful_before() -> datetime | None:
    """What was written before this moment may have been sent before the database was restored. None: it never was."""
    mark = SendingMark.objects.filter(pk=_ONLY).first()
    return (mark.stopped_at or mark.restored_at) if mark else None


def _mark() -> SendingMark:
    """It is there since `manage.py deliver` has run, or a message was sent, for the first time."""
    return SendingMark.objects.get_or_create(pk=_ONLY)[0]


def _noted(installation: UUID) -> int:
    """The highest number that is known outside the database; 0 if none is."""
    noted = [_read(settings.PORTAL_SENDING_MARK_FILE, installation)]
    with suppress(CacheUnavailable):
        noted += cache.get_many(_place(installation, number) for number in range(_PLACES)).values()
    return max(noted)


def _place(installation: UUID, number: int) -> str:
    return f"sending-mark:{installation}:{number % _PLACES}"


def _read(path: str, installation: UUID) -> int:
    try:
        return _number_in(Path(path).read_text(errors="replace"), installation) if path else 0
    except FileNotFoundError:
        return 0
    except OSError as error:
        logger.error("PORTAL_SENDING_MARK_FILE cannot be read: %s", error.strerror)
        return 0


def _write(path: Path, installation: UUID, number: int) -> None:
    """Raise the number in the file, on the disk when this returns: a machine may lose its power after a sending."""
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+", errors="replace") as file:
        flock(file, LOCK_EX)
        if _number_in(file.read(), installation) < number:
            file.seek(0)
            file.write(f"{installation} {number:020}\n")
            file.flush()
            os.fsync(file.fileno())


def _number_in(text: str, installation: UUID) -> int:
    """0 if the file is empty or another installation's."""
    name, _space, number = text.strip().partition(" ")
    return int(number) if name == str(installation) and number.isdigit() else 0
