"""What a scrape looks up: in the database, and whether database and cache answer.

A scraper may ask every second, so what was found is kept for some seconds. A database that hangs costs a scrape two
seconds, and not its answer.
"""

import logging
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Final

from django.core.cache import cache
from django.db import Error
from django.utils import timezone

from portal import metrics
from portal.database.brief_connection import brief_connection
from portal.heartbeats import SILENCE
from portal.models import Heartbeat
from portal.operations.under_way import mails_waiting, under_way

if TYPE_CHECKING:
    from prometheus_client.core import GaugeMetricFamily

logger = logging.getLogger(__name__)

Families = list["GaugeMetricFamily"]

SECONDS_KEPT: Final = 5.0
_PATIENCE: Final = 2.0  # Seconds that a scrape waits at most.

_pool = ThreadPoolExecutor(1, thread_name_prefix="metrics")
_lock = Lock()
_last: "tuple[float, Future[Families]] | None" = None  # When the last look began, and what it finds.


def look_up() -> Families:
    """All metrics of the kind AtScrape. Without a database, those that say so."""
    global _last
    with _lock:
        now = monotonic()
        if _last is None or (_last[1].done() and now - _last[0] >= SECONDS_KEPT):
            _last = (now, _pool.submit(_look))
        begun_at, found = _last
    try:
        return found.result(timeout=max(0.0, begun_at + _PATIENCE - now))
    except TooLate:
        return _database_down()


def forget() -> None:
    """Look again at the next scrape, as a new process would."""
    global _last
    _last = None


def _look() -> Families:
    try:
        with brief_connection(_PATIENCE):
            found = [*_outgoing(), *_mails(), *_programs(), metrics.DATABASE_UP.family([((), 1)])]
    except Error:
        logger.warning("The metrics lack what is in the database: it does not answer")
        found = _database_down()
    return [*found, metrics.CACHE_UP.family([((), _cache_answers())])]


def _database_down() -> Families:
    return [metrics.DATABASE_UP.family([((), 0)])]


def _outgoing() -> Iterator["GaugeMetricFamily"]:
    now, rows = timezone.now(), list(under_way())
    labels = [(row.securebox.full_name or metrics.DEFAULT_BOX, row.state) for row in rows]
    ages = [(now - row.oldest).total_seconds() if row.oldest else 0.0 for row in rows]
    numbers = [float(row.number) for row in rows]
    yield metrics.OUTGOING.family(zip(labels, numbers, strict=True))
    yield metrics.OUTGOING_AGE.family(zip(labels, ages, strict=True))


def _mails() -> Iterator["GaugeMetricFamily"]:
    now, rows = timezone.now(), list(mails_waiting())
    ages = [(now - row.oldest).total_seconds() if row.oldest else 0.0 for row in rows]
    yield metrics.MAILS_WAITING.family([((row.kind,), float(row.number)) for row in rows])
    yield metrics.MAILS_AGE.family([((row.kind,), age) for row, age in zip(rows, ages, strict=True)])


def _programs() -> Iterator["GaugeMetricFamily"]:
    """Of each program the newest sign of life, on whichever host."""
    newest = {row.program: row for row in Heartbeat.objects.filter(program__in=SILENCE).order_by("at")}
    yield metrics.PROGRAM_SEEN.family([((name,), row.at.timestamp()) for name, row in newest.items()])
    yield metrics.PROGRAM_SUCCEEDED.family([((name,), float(row.succeeded)) for name, row in newest.items()])


def _cache_answers() -> float:
    try:
        cache.set("metrics", 1, 60)  # A server that is full, or a read-only replica, still answers reads.
    except Exception:  # noqa: BLE001  Each cache has errors of its own.
        return 0.0
    return 1.0
