"""Asks the API for the unread counts that are not fresh, all secureboxes at the same time: once for all requests."""

import secrets
import time
from collections.abc import Sequence
from functools import partial

from django.core.cache import cache

from inbox.access import Mailbox
from inbox.failures import log_failure
from inbox.paging import Rows
from inbox.resilience import fanout
from inbox.securemail import BadAnswer, Direction, SecureMailError
from inbox.unread import KEPT, Counts, Unread, key, look_up
from portal.cache.unavailable import CacheUnavailable

COUNTED = 50  # Messages that are looked at; if there are more, the badge reads "50+".
_FLIGHT = 10  # Seconds after which another request may ask, in case the one that is asking has died.
# Seconds between two looks for the answer of another request: more each time, so that many tabs that wait for a
# securebox that hangs do not keep the cache busy.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 0.2


class Refresh:
    """Begins at once. `seconds` is the time that the counts may take."""

    def __init__(self, counts: Counts, mailboxes: Sequence[Mailbox], seconds: float) -> None:
        self._counts, self._until = counts, time.time() + seconds
        # While the cache is lost, none: each page and poll would ask again.
        due = () if counts.is_cache_lost else mailboxes
        self._due = [box for box in due if not counts.by_slug[box.securebox.slug].is_fresh]
        calls = [partial(_refresh, box, self._until) for box in self._due]
        self._started = fanout.start(calls, self._due[0].consumer_id) if self._due else []

    def wait(self, seconds: float | None = None) -> dict[str, Unread]:
        """The counts by slug, once all have come or this time is over. One that comes later is in the cache then."""
        left = self._until - time.time() if seconds is None else seconds
        answers = fanout.finish(self._started, left)
        for box, answer in zip(self._due, answers, strict=True):
            if isinstance(answer, Unread):
                self._counts.by_slug[box.securebox.slug] = answer
        return self._counts.by_slug


def _refresh(mailbox: Mailbox, until: float) -> Unread:
    try:
        return _refresh_once(mailbox, until)
    except CacheUnavailable:
        return Unread()


def _refresh_once(mailbox: Mailbox, until: float) -> Unread:
    """Ask the API, or wait for the answer if another request is asking already. Raises CacheUnavailable."""
    flight, token = key(mailbox, "flight"), secrets.token_hex(8)
    if not cache.add(flight, token, _FLIGHT):
        return _wait_for_other(mailbox, until)
    try:
        # Another request may have finished its refresh after this one looked at the cache.
        known = _look_up(mailbox)
        return known if known.is_fresh else _fetch_and_store(mailbox, known.generation)
    except SecureMailError as error:
        log_failure(error)
        return _look_up(mailbox)
    finally:
        if cache.get(flight) == token:
            cache.delete(flight)


def _wait_for_other(mailbox: Mailbox, until: float) -> Unread:
    pause = _FIRST_PAUSE
    while time.time() + pause < until:
        time.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)
        if (known := _look_up(mailbox)).is_fresh or cache.get(key(mailbox, "flight")) is None:
            return known
    return _look_up(mailbox)


def _look_up(mailbox: Mailbox) -> Unread:
    return look_up([mailbox])[mailbox.securebox.slug]


def _fetch_and_store(mailbox: Mailbox, generation: str | None) -> Unread:
    unread = _fetch(mailbox, generation)
    # What was stored since is better: it is of a newer generation.
    if cache.get(key(mailbox, "generation")) == generation:
        cache.set(key(mailbox), unread, KEPT)
    return unread


def _fetch(mailbox: Mailbox, generation: str | None) -> Unread:
    """One API call as a rule. The API lists the consumer's own messages that no agent has handled yet as well."""
    now = time.time()
    found = mailbox.unread_messages(COUNTED, calls=1)
    if found.more and not _received(found.rows):
        # An API may give few messages in a call. Those that were received may come later, and must not become zero.
        found = mailbox.unread_messages(COUNTED)
    # Not zero: unread messages are there, and nothing is known of them.
    if found.rows and not any(found.rows):
        raise BadAnswer("list", http_status=200, reason="no usable message among the unread")
    return Unread(_received(found.rows), more=found.more, as_of=now, generation=generation)


def _received(rows: Rows) -> int:
    """Those whose direction is not known may have been received, and count."""
    return sum(message.direction is not Direction.INBOUND for message in rows if message)
