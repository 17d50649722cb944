"""Asking upstream several things at the same time, with one deadline for them all."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from typing import Any, TypeVar

from inbox.failures import log_failure
from inbox.securemail import SecureMailError, Unavailable

T = TypeVar("T")

# Threads, not processes: they wait for the network. They come as they are needed. Each box may hold only so many
# (see `inbox.resilience.channel`), and these are enough for several boxes that hang and for the others beside them.
_pool = ThreadPoolExecutor(max_workers=128, thread_name_prefix="upstream")

AT_ONCE = 8  # Of a person's many calls to one box: the rest of its places are other people's.


def start(calls: Sequence[Callable[[], T]]) -> list[Future[T]]:
    """Begin to ask.

    Calls must not touch the database: they run in other threads, each of which would open a connection.
    """
    # In a copy of the request's context, so that what is logged there names the request too.
    return [_pool.submit(copy_context().run, call) for call in calls]


def finish(started: Sequence[Future[T]], seconds: float) -> list[T | SecureMailError]:
    """The answer of each call, or the error it ended in; Unavailable where `seconds` ran out."""
    wait(started, timeout=max(seconds, 0))
    return [_outcome(future) for future in started]


def ask_all(calls: Sequence[Callable[[], T]], seconds: float) -> list[T | SecureMailError]:
    """The outcome of each call, as of `finish`; a few at a time, and none is begun once `seconds` are over."""
    until = time.monotonic() + seconds
    outcomes: list[T | SecureMailError] = []
    for first in range(0, len(calls), AT_ONCE):
        if time.monotonic() >= until:
            break
        outcomes += finish(start(calls[first : first + AT_ONCE]), until - time.monotonic())
    return outcomes + [Unavailable("several") for _ in calls[len(outcomes) :]]


def _outcome(future: Future[Any]) -> Any:
    # One that has not begun is taken back; one under way ends by its own deadline.
    if future.cancel() or not future.done():
        return Unavailable("several")
    error = future.exception()
    if error is None:
        return future.result()
    # Anything else is a fault of ours, which must not pass for one of the upstream's.
    if not isinstance(error, SecureMailError):
        raise error
    log_failure(error)
    return error
