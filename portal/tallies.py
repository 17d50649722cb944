"""Stores what each process counts, so that the operators' page holds it across processes and restarts.

At most once a minute, in a thread of its own. What a process counted last is stored as it ends; one that is killed
loses a minute.
"""

import atexit
import logging
from datetime import UTC, datetime, timedelta
from threading import Timer
from typing import Any, Final

from django.conf import settings
from django.db import Error, connection, transaction
from django.db.models import F
from django.utils import timezone

from portal.metrics import instruments, tally
from portal.models import Tally

logger = logging.getLogger(__name__)

SECONDS: Final = 60.0
_KEPT: Final = timedelta(days=8)
_BATCH: Final = 1_000  # Rows deleted at once, so that other writers wait for a short time only.


def start_measuring() -> None:
    """For a process that serves pages or sends messages; other commands do not count anything."""
    if settings.METRICS_TOKEN or settings.METRICS_LOOPBACK:
        try:
            instruments.switch_on()
        except OSError:
            logger.exception("No metrics: PROMETHEUS_MULTIPROC_DIR cannot be used")
    tally.start(store_later)
    atexit.register(store)


def store_later() -> None:
    timer = Timer(SECONDS, _store_in_thread)
    timer.daemon = True
    try:
        timer.start()
    except RuntimeError:
        # No thread can be started, as at the limit of processes: that must not cost anyone a page. The next count asks
        # for one again.
        tally.take()


def _store_in_thread() -> None:
    try:
        store()
    finally:
        connection.close()  # This thread's own.


def store() -> None:
    """Add what was counted to the rows. If the database fails, it is tried again with what comes next."""
    counts = tally.take()
    if not counts:
        return
    try:
        _add(counts)
    except Error:
        tally.put_back(counts)
        logger.warning("What was counted for the operators' page is stored later: the database failed")
        store_later()


def _add(counts: dict[tally.Key, tally.Count]) -> None:
    # In one order in every process, so that no two of them wait for each other.
    rows = [(_fields(key), count) for key, count in sorted(counts.items())]
    with transaction.atomic():
        Tally.objects.bulk_create(
            [Tally(**fields, last_at=_moment(count.last_at)) for fields, count in rows], ignore_conflicts=True
        )
        for fields, count in rows:
            Tally.objects.filter(**fields).update(
                number=F("number") + count.number, last_at=_moment(count.last_at)
            )


def _fields(key: tally.Key) -> dict[str, Any]:
    return {**key._asdict(), "quarter": _moment(key.quarter)}


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def delete_old() -> int:
    """Delete rows of which the operators' page shows nothing any more."""
    deleted = 0
    old = (
        Tally.objects.filter(quarter__lt=timezone.now() - _KEPT)
        .order_by("quarter")
        .values_list("pk", flat=True)
    )
    while batch := list(old[:_BATCH]):
        deleted += Tally.objects.filter(pk__in=batch).delete()[0]
    return deleted
