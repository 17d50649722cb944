"""Bounds how many calls are under way at the same time, so that what hangs cannot take every thread."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition
from time import monotonic

from inbox.securemail import Unavailable

WAIT = 1.0  # Seconds that a call waits for a place at most.
SLOW = 1.0  # Seconds; with a call under way for so long, the places are held by what hangs: nobody waits.


class Bulkhead:
    """A number of places for calls under way. Safe to share between threads."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._begun: dict[object, float] = {}  # In the order in which they began.
        self._changed = Condition()

    @contextmanager
    def place(self, operation: str) -> Iterator[None]:
        """Hold a place during the body. Raises Unavailable where none comes free soon."""
        call = object()
        with self._changed:
            self._await_place(operation)
            self._begun[call] = monotonic()
        try:
            yield
        finally:
            with self._changed:
                del self._begun[call]
                self._changed.notify()

    def _await_place(self, operation: str) -> None:
        until = monotonic() + WAIT
        while len(self._begun) >= self._places:
            oldest = next(iter(self._begun.values()))
            seconds = min(until, oldest + SLOW) - monotonic()
            if seconds <= 0:
                raise Unavailable(operation, certainly_not_sent=True, reason="too many calls in flight")
            self._changed.wait(seconds)
