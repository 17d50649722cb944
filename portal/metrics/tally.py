"""Counts in this process's memory what the operators' page shows of the last day; `portal.tallies` stores it.

Counting is one addition to a dictionary, since it happens on every request. No count names a person.
"""

import os
import time
from bisect import bisect_left
from collections.abc import Callable
from threading import Lock
from typing import Final, NamedTuple

QUARTER: Final = 15 * 60  # Seconds.
# Milliseconds. A duration is counted under the first of these that it does not exceed; a longer one under the last.
BOUNDS: Final = (25, 50, 100, 200, 400, 800, 1_600, 3_200, 6_400, 15_000)
_MOST: Final = 10_000  # Different counts, in case they cannot be stored for days: some megabytes.


class Key(NamedTuple):
    """What is counted together. `quarter` is the start of its quarter of an hour, in seconds since the epoch."""

    quarter: int
    what: str
    box: str
    outcome: str
    within_ms: int


class Count(NamedTuple):
    number: int
    last_at: float  # Seconds since the epoch.


_counts: dict[Key, Count] = {}
_lock = Lock()
_wake: Callable[[], object] | None = None


def start(wake: Callable[[], object]) -> None:
    """Begin to count. `wake` is called when there is something to store, and nothing was before."""
    global _wake
    _wake = wake


def stop() -> None:
    global _wake
    _wake = None
    _counts.clear()


def add(what: str, outcome: str, seconds: float = 0.0, box: str = "") -> None:
    """Count one more. Thread-safe."""
    if _wake is None:
        return
    now = time.time()
    bound = BOUNDS[min(bisect_left(BOUNDS, seconds * 1000), len(BOUNDS) - 1)]
    key = Key(int(now) // QUARTER * QUARTER, what, box, outcome, bound)
    with _lock:
        is_first = not _counts
        before = _counts.get(key)
        if before or len(_counts) < _MOST:
            _counts[key] = Count(before.number + 1 if before else 1, now)
    if is_first:
        _wake()


def take() -> dict[Key, Count]:
    """All counts since the last time; they begin again at nothing."""
    with _lock:
        taken = dict(_counts)
        _counts.clear()
    return taken


def put_back(taken: dict[Key, Count]) -> None:
    """What could not be stored is stored with what comes next."""
    with _lock:
        for key, count in taken.items():
            newer = _counts.get(key, Count(0, 0))
            if newer.number or len(_counts) < _MOST:
                _counts[key] = Count(newer.number + count.number, max(newer.last_at, count.last_at))


# A process that is forked must not store what its parent has counted, too.
os.register_at_fork(after_in_child=_counts.clear)
