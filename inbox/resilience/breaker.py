"""A circuit breaker: after repeated failures, calls fail at once instead of after a time-out each."""

import logging
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic

from inbox.securemail import SecureMailError, Unavailable

logger = logging.getLogger(__name__)

FAILURES = 5  # So many different sources in a row, after which the breaker opens.
PAUSE = 10.0  # Seconds until one trial call is let through.
# Seconds after which another trial call is let through, in case the first one never ends. No call takes so long.
LEASE = 60.0


class NotTried(Unavailable):
    """The call was not made: neither an answer nor a failure of the API."""


class Breaker:
    """Opens after failures of FAILURES different sources in a row; after PAUSE seconds, it lets one trial call through.

    Only Unavailable is a failure. Any other answer of the API, even an error, shows that it works and closes the
    breaker. `name` is for the log; `on_change` is told when it opens (true) and closes. Thread-safe.
    """

    def __init__(self, name: str, on_change: Callable[[bool], None] = lambda _: None) -> None:
        self._name = name
        self._on_change = on_change
        self._lock = Lock()
        self._failed: set[Hashable] = set()
        self._open_until = 0.0
        # Counts how often it has opened: the outcome of a call that was let through before that is ignored.
        self._generation = 0

    @property
    def is_open(self) -> bool:
        return len(self._failed) >= FAILURES

    @property
    def has_failures(self) -> bool:
        return bool(self._failed)

    @contextmanager
    def watch(self, operation: str, source: Hashable) -> Iterator[None]:
        """Record how the call in the body ends. Raises NotTried instead of running it while the breaker is open.

        Failures of one source count once, and those of None not at all.
        """
        generation = self._admit(operation)
        try:
            yield
        except NotTried:
            self._record_abandoned(generation)
            raise
        except Unavailable:
            self._record_failure(generation, source)
            raise
        except SecureMailError:
            self._record_success(generation)
            raise
        except BaseException:
            self._record_abandoned(generation)
            raise
        self._record_success(generation)

    def _admit(self, operation: str) -> int:
        with self._lock:
            if self.is_open:
                if monotonic() < self._open_until:
                    reason = "not tried, since the last calls failed"
                    raise NotTried(operation, certainly_not_sent=True, reason=reason)
                # This is the trial call; the breaker stays open for all others until it has ended.
                self._open_until = monotonic() + LEASE
            return self._generation

    def _record_failure(self, generation: int, source: Hashable) -> None:
        with self._lock:
            if generation != self._generation:
                return
            # An open one takes up no more sources, however long the outage lasts.
            if source is not None and not self.is_open:
                self._failed.add(source)
            if self.is_open:
                self._generation += 1
                self._open_until = monotonic() + PAUSE
                self._on_change(True)
                logger.warning("%s: no calls for %d s, since the last ones failed", self._name, PAUSE)

    def _record_success(self, generation: int) -> None:
        with self._lock:
            if generation != self._generation:
                return
            if self.is_open:
                self._on_change(False)
                logger.warning("%s: answers again", self._name)
            self._failed.clear()

    def _record_abandoned(self, generation: int) -> None:
        """The call ended without an answer or a failure of the API. If it was the trial call, the next one is."""
        with self._lock:
            if generation == self._generation:
                self._open_until = 0.0
