"""Limits how many calls are in progress at the same time, so that calls that hang cannot take up every thread."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition
from time import monotonic

from inbox.securemail import Unavailable

WAIT = 1.0  # Seconds that a call waits for a slot at most.
# Seconds. If a call has been in progress for longer, the slots are held by calls that hang, so others do not wait.
SLOW = 1.0


class Bulkhead:
    """A number of slots for calls in progress. Thread-safe."""

    def __init__(self, slots: int) -> None:
        self._slots = slots
        self._started: dict[object, float] = {}  # In the order in which the calls started.
        self._changed = Condition()

    @contextmanager
    def slot(self, operation: str) -> Iterator[None]:
        """Hold a slot during the body. Raises Unavailable if all stay taken."""
        call = object()
        with self._changed:
            self._wait_for_slot(operation)
            self._started[call] = monotonic()
        try:
            yield
        finally:
            with self._changed:
                del self._started[call]
                self._changed.notify()

    def _wait_for_slot(self, operation: str) -> None:
        until = monotonic() + WAIT
        while len(self._started) >= self._slots:
            oldest = next(iter(self._started.values()))
            seconds = min(until, oldest + SLOW) - monotonic()
            if seconds <= 0:
                raise Unavailable(operation, certainly_not_sent=True, reason="too many calls in flight")
            self._changed.wait(seconds)
