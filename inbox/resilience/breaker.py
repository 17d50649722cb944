"""Stops asking where asking has failed, so that people are told at once instead of after a time-out each."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic

from inbox.securemail import SecureMailError, Unavailable

logger = logging.getLogger(__name__)

FAILURES = 5  # In a row; then the breaker opens.
PAUSE = 10.0  # Seconds until one call may try again.
LEASE = 60.0  # Seconds after which that call, should it never end, is forgotten. No call takes so long.


class Breaker:
    """Lets calls through until several in a row have failed; then none for a while, and then one, to try.

    Unavailable is a failure. Every other answer of the API, a refusal too, is a sign of life and closes the
    breaker. `name` is for the log. Safe to share between threads.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = Lock()
        self._failures = 0
        self._open_until = 0.0
        self._turn = 0

    @contextmanager
    def watch(self, operation: str) -> Iterator[None]:
        """See how the call in the body ends. Raises Unavailable instead of running it while open."""
        turn = self._admit(operation)
        try:
            yield
        except Unavailable:
            self._failed(turn)
            raise
        except SecureMailError:
            self._answered(turn)
            raise
        except BaseException:
            self._abandoned(turn)
            raise
        self._answered(turn)

    def _admit(self, operation: str) -> int:
        with self._lock:
            if self._is_open():
                if monotonic() < self._open_until:
                    reason = "not tried, since the last calls failed"
                    raise Unavailable(operation, certainly_not_sent=True, reason=reason)
                # This one tries, and the others go on waiting for what becomes of it.
                self._open_until = monotonic() + LEASE
            return self._turn

    def _failed(self, turn: int) -> None:
        with self._lock:
            # A call that began before the breaker opened tells about the past.
            if turn != self._turn:
                return
            self._failures += 1
            if self._is_open():
                self._turn += 1
                self._open_until = monotonic() + PAUSE
                logger.warning("%s: no calls for %d s, after %d failures", self._name, PAUSE, self._failures)

    def _answered(self, turn: int) -> None:
        with self._lock:
            if turn != self._turn:
                return
            if self._is_open():
                logger.warning("%s: answers again", self._name)
            self._failures = 0

    def _abandoned(self, turn: int) -> None:
        """The call ended without a word about the API: where it was the one to try, the next one is."""
        with self._lock:
            if turn == self._turn:
                self._open_until = 0.0

    def _is_open(self) -> bool:
        return self._failures >= FAILURES
