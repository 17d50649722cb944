"""How long tests wait. A busy machine may be slow: only what takes a minute hangs."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

MINUTE = 60  # Seconds.


def await_true(condition: Callable[[], object], minutes: int = 1) -> bool:
    """Whether the condition came true within this time."""
    until = time.monotonic() + minutes * MINUTE
    while not (found := condition()) and time.monotonic() < until:
        time.sleep(0.02)
    return bool(found)


@contextmanager
def a_minute_at_most() -> Iterator[None]:
    """Ends a test that would hang without the deadline that it is about. For the main thread only.

    The test fails even if the code takes the TimeoutError raised here for one of a socket, and handles it.
    """
    hangs = False

    def give_up(*_: object) -> None:
        nonlocal hangs
        hangs = True
        raise TimeoutError("It hangs.")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(MINUTE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    assert not hangs, "It hangs."
