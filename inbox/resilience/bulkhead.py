"""Limits how many calls are in progress at the same time, so that calls that hang cannot take up every thread."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition
from time import monotonic

from inbox.resilience.breaker import NotTried

WAIT = 1.0  # Seconds that a call waits for a slot at most.
# Seconds. If half of the calls in its way have been in progress for longer, they hang, so the call does not wait.
SLOW = 1.0


def share(slots: int) -> int:
    """How many of the slots one consumer may hold."""
    return max(1, slots // 4)


class Bulkhead:
    """A number of slots for calls in progress, of which one consumer holds a quarter at most. Thread-safe."""

    def __init__(self, slots: int) -> None:
        self._slots = slots
        self._share = share(slots)
        # For each call in progress, oldest first: when it started, and the id of its consumer.
        self._calls: dict[object, tuple[float, int]] = {}
        self._changed = Condition()

    @contextmanager
    def slot(self, operation: str, consumer_id: int) -> Iterator[None]:
        """Hold a slot during the body. Raises NotTried if none becomes free."""
        call = object()
        with self._changed:
            self._wait_for_slot(operation, consumer_id)
            self._calls[call] = (monotonic(), consumer_id)
        try:
            yield
        finally:
            with self._changed:
                del self._calls[call]
                # All, since the next in line may be waiting for a slot of its own consumer's share.
                self._changed.notify_all()

    def _wait_for_slot(self, operation: str, consumer_id: int) -> None:
        until = monotonic() + WAIT
        while in_the_way := self._in_the_way(consumer_id):
            # Not the oldest: the slots of one consumer whose calls hang say nothing about the others.
            middle = in_the_way[len(in_the_way) // 2]
            seconds = min(until, middle + SLOW) - monotonic()
            if seconds <= 0:
                raise NotTried(operation, certainly_not_sent=True, reason="too many calls in flight")
            self._changed.wait(seconds)

    def _in_the_way(self, consumer_id: int) -> list[float]:
        """When the calls started that keep the consumer from a slot, oldest first; empty if one is free."""
        own = [started for started, holder in self._calls.values() if holder == consumer_id]
        if len(own) >= self._share:
            return own
        everyone = [started for started, _ in self._calls.values()]
        return everyone if len(everyone) >= self._slots else []
