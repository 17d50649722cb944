"""Whose turn it is to save a whole securebox, and how far they are.

Each of these takes up a thread of the portal and calls the API for minutes. So one process has PORTAL_SAVES_AT_ONCE of
them at the same time, and one person has one, whichever process has it. The cache holds numbers alone: that somebody
saves, and how far. While it is lost, one person may have one in each process, and pages do not show how far it is.
"""

import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass
from enum import StrEnum
from threading import RLock
from typing import Any

from django.conf import settings
from django.core.cache import cache

from portal.cache.unavailable import CacheUnavailable

_LEASE = 120  # Seconds without a sign of life after which a process has died. No message takes so long.

# Reentrant: Python may come upon an abandoned file, and so end its turn, in the midst of taking another.
_lock = RLock()
_active: dict[str, int] = {}  # In this process: the id of the consumer, by token.


class Busy(StrEnum):
    """Why the department cannot be saved now."""

    SAME_PERSON = "you are saving messages already"
    OTHERS = "too many others are"


class State(StrEnum):
    RUNNING = "running"
    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Progress:
    """`ticket` tells one attempt from another: the page that began it has made it up."""

    ticket: str
    done: int
    total: int
    state: State


@dataclass(frozen=True)
class Turn:
    """Give it back with `end`, whatever happens."""

    consumer_id: int
    ticket: str
    total: int
    token: str

    def report(self, done: int, state: State = State.RUNNING) -> None:
        with suppress(CacheUnavailable):
            cache.touch(_turn_key(self.consumer_id), _LEASE)
            progress = asdict(Progress(self.ticket, done, self.total, state))
            cache.set(_progress_key(self.consumer_id), progress, _LEASE)

    def end(self) -> None:
        """May be called twice."""
        with _lock:
            was_active = _active.pop(self.token, None) is not None
        if was_active:
            with suppress(CacheUnavailable):
                cache.delete(_turn_key(self.consumer_id))


def take(consumer_id: int, ticket: str, total: int) -> Turn | Busy:
    token = secrets.token_hex(8)
    with _lock:
        if consumer_id in _active.values():
            return Busy.SAME_PERSON
        if len(_active) >= settings.PORTAL_SAVES_AT_ONCE:
            return Busy.OTHERS
        _active[token] = consumer_id
    turn = Turn(consumer_id, ticket, total, token)
    try:
        is_first = cache.add(_turn_key(consumer_id), token, _LEASE)
    except CacheUnavailable:
        is_first = True
    if not is_first:
        with _lock:
            del _active[token]
        return Busy.SAME_PERSON
    turn.report(0)
    return turn


def progress(consumer_id: int, ticket: str) -> Progress:
    """How far this person's attempt with this ticket is."""
    try:
        found: dict[str, Any] | None = cache.get(_progress_key(consumer_id))
    except CacheUnavailable:
        found = None
    if not (ticket and found and found["ticket"] == ticket):
        return Progress(ticket, 0, 0, State.UNKNOWN)
    return Progress(ticket, found["done"], found["total"], State(found["state"]))


def _turn_key(consumer_id: int) -> str:
    return f"saving:turn:{consumer_id}"


def _progress_key(consumer_id: int) -> str:
    return f"saving:progress:{consumer_id}"
