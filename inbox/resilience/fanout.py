"""Making several API calls at the same time, with one deadline for all of them."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from contextvars import copy_context
from functools import partial
from typing import Any, TypeVar

from inbox.failures import log_failure
from inbox.resilience.fair_pool import FairPool
from inbox.securemail import SecureMailError, Unavailable

T = TypeVar("T")

# Threads are enough, since calls only wait for the network; they are created when needed. `inbox.resilience.channel`
# limits the calls for each securebox, so that this many are enough for several secureboxes that hang and all others.
# One consumer may take a quarter of them: forty secureboxes are asked in the time of one.
_pool = FairPool(160, "upstream")

# How many of one request's calls are made at the same time. One consumer has a quarter of a securebox's slots, which is
# four by default: one is left for another page of theirs.
AT_ONCE = 3


def start(calls: Sequence[Callable[[], T]], consumer_id: int) -> list[Future[T]]:
    """Start the calls, all for one consumer.

    They must not use the database: they run in other threads, each of which would open a connection.
    """
    # In a copy of the context, so that log lines of the thread have the request id.
    return [_pool.submit(consumer_id, partial(copy_context().run, call)) for call in calls]


def finish(started: Sequence[Future[T]], seconds: float) -> list[T | SecureMailError]:
    """The result of each call, or its error; Unavailable for a call that takes longer than `seconds`."""
    wait(started, timeout=max(seconds, 0))
    return [_outcome(future) for future in started]


def ask_all(calls: Sequence[Callable[[], T]], consumer_id: int, seconds: float) -> list[T | SecureMailError]:
    """The same as `finish`, starting AT_ONCE calls at a time, and no further calls after `seconds`."""
    until = time.monotonic() + seconds
    outcomes: list[T | SecureMailError] = []
    for first in range(0, len(calls), AT_ONCE):
        if time.monotonic() >= until:
            break
        outcomes += finish(start(calls[first : first + AT_ONCE], consumer_id), until - time.monotonic())
    return outcomes + [Unavailable("several") for _ in calls[len(outcomes) :]]


def _outcome(future: Future[Any]) -> Any:
    # A call that is in progress cannot be cancelled; it ends by its own deadline.
    if future.cancel() or not future.done():
        return Unavailable("several")
    error = future.exception()
    if error is None:
        return future.result()
    # Any other exception is a bug of ours, and must not look like a failure of the API.
    if not isinstance(error, SecureMailError):
        raise error
    log_failure(error)
    return error
