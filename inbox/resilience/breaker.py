"""A circuit breaker: after repeated failures, calls fail at once instead of after a time-out each."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic

from inbox.securemail import SecureMailError, Unavailable

logger = logging.getLogger(__name__)

FAILURES = 5  # Consecutive failures after which the breaker opens.
PAUSE = 10.0  # Seconds until one trial call is let through.
# Seconds after which another trial call is let through, in case the first one never ends. No call takes so long.
LEASE = 60.0


class Breaker:
    """Opens after FAILURES consecutive failures; after PAUSE seconds, it lets one trial call through.

    Only Unavailable is a failure. Any other answer of the API, even an error, shows that it works and closes the
    breaker. `name` is for the log. Thread-safe.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = Lock()
        self._failures = 0
        self._open_until = 0.0
        # Counts how often it has opened: the outcome of a call that was let through before that is ignored.
        self._generation = 0

    @contextmanager
    def watch(self, operation: str) -> Iterator[None]:
        """Record how the call in the body ends. Raises Unavailable instead of running it while the breaker is open."""
        generation = self._admit(operation)
        try:
            yield
        except Unavailable:
            self._record_failure(generation)
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
            if self._is_open():
                if monotonic() < self._open_until:
                    reason = "not tried, since the last calls failed"
                    raise Unavailable(operation, certainly_not_sent=True, reason=reason)
                # This is the trial call; the breaker stays open for all others until it has ended.
                self._open_until = monotonic() + LEASE
            return self._generation

    def _record_failure(self, generation: int) -> None:
        with self._lock:
            if generation != self._generation:
                return
            self._failures += 1
            if self._is_open():
                self._generation += 1
                self._open_until = monotonic() + PAUSE
                logger.warning("%s: no calls for %d s, after %d failures", self._name, PAUSE, self._failures)

    def _record_success(self, generation: int) -> None:
        with self._lock:
            if generation != self._generation:
                return
            if self._is_open():
                logger.warning("%s: answers again", self._name)
            self._failures = 0

    def _record_abandoned(self, generation: int) -> None:
        """The call ended without an answer or a failure of the API. If it was the trial call, the next one is."""
        with self._lock:
            if generation == self._generation:
                self._open_until = 0.0

    def _is_open(self) -> bool:
        return self._failures >= FAILURES
