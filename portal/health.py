"""Health checks for a load balancer. Both are public: they say in a few words whether the portal works, and no more.

Anybody may ask, as often as they like: a process asks its database once a second at most, and no answer takes longer
than ANSWER_SECONDS, whatever the database does.
"""

import logging
import threading
import time
from typing import Final

from django.core.cache import cache
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from portal import heartbeats
from portal.database.brief_connection import brief_connection
from portal.database.schema import missing_migrations
from portal.heartbeats import HeartbeatWriter

logger = logging.getLogger(__name__)

READY: Final = "ok"
# Still ready. Without the cache badges are missing, and limits refuse what they would count; but all instances share
# it, so that no other could do better.
WITHOUT_CACHE: Final = "ok, without the cache"
NO_ANSWER: Final = "the database does not answer"
NOT_MIGRATED: Final = "the database is not migrated"
NOT_WRITABLE: Final = "the database cannot be written"

ANSWER_SECONDS: Final = 1.5
_KEPT_SECONDS: Final = 1.0  # How long an answer is given again.
_WRITE_SECONDS: Final = 10.0  # Between two writes of one process.


def healthz(request: HttpRequest) -> HttpResponse:
    """Liveness: the process answers."""
    return HttpResponse(READY, content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """Readiness: the database answers, has the tables of this release, and can be written.

    The Secure Email API is not asked: pages handle its outage themselves.
    """
    words = _readiness.words()
    status = 200 if words in (READY, WITHOUT_CACHE) else 503
    response = HttpResponse(words, content_type="text/plain", status=status)
    # Django would log each 503 as an error: anybody could fill the log while the database is away.
    response._has_been_logged = True  # type: ignore[attr-defined]  # Looked for by Django's log_response.
    return response


class Probe(threading.Thread):
    """Asks the database and the cache, once. Nothing waits for it longer than ANSWER_SECONDS."""

    def __init__(self, *, writes: bool) -> None:
        super().__init__(name="readyz", daemon=True)
        self._writes = writes
        self._begun_at = time.monotonic()
        self._ended = threading.Event()
        # What is true until the answer is there.
        self.database = NO_ANSWER
        self.cache_works = False
        self.has_written = False

    def run(self) -> None:
        try:
            self.database = self._ask_database()
            self.cache_works = _cache_works()
        except Exception:  # Whatever it is, the portal is not ready; and somebody should know.
            logger.exception("readyz failed")
        finally:
            self._ended.set()

    def words(self) -> str:
        """What is known, after waiting for it until ANSWER_SECONDS after the beginning."""
        self._ended.wait(max(0.0, self._begun_at + ANSWER_SECONDS - time.monotonic()))
        if self.database == READY and not self.cache_works:
            return WITHOUT_CACHE
        return self.database

    def is_current(self) -> bool:
        """Whether another would be too early: it has not ended yet, or has only just."""
        return not self._ended.is_set() or time.monotonic() < self._begun_at + _KEPT_SECONDS

    def _ask_database(self) -> str:
        if_it_fails = NO_ANSWER
        try:
            with brief_connection(ANSWER_SECONDS) as connection:
                if missing_migrations(connection):
                    return NOT_MIGRATED
                if self._writes:
                    if_it_fails = NOT_WRITABLE
                    HeartbeatWriter(heartbeats.PORTAL).write(outcome="ready")
        except DatabaseError:
            return if_it_fails
        self.has_written = self._writes
        return READY


def _cache_works() -> bool:
    try:
        cache.get("readyz")
    except Exception:  # noqa: BLE001  Each cache has errors of its own.
        return False
    return True


class Readiness:
    """Of this process: the last probe, which everybody who asks shares. There is never more than one on its way."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._probe: Probe | None = None
        self._written_at = -_WRITE_SECONDS
        self._last_words = READY

    def words(self) -> str:
        with self._lock:
            if self._probe is None or not self._probe.is_current():
                self._probe = self._begin()
            probe = self._probe
        words = probe.words()
        if words != self._last_words:
            self._last_words = words
            logger.log(logging.INFO if words == READY else logging.WARNING, "readyz: %s", words)
        return words

    def _begin(self) -> Probe:
        if self._probe and self._probe.has_written:
            self._written_at = time.monotonic()
        probe = Probe(writes=time.monotonic() - self._written_at >= _WRITE_SECONDS)
        probe.start()
        return probe


_readiness = Readiness()
