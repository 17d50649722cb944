"""How many received messages a consumer has not read, for each of their secureboxes, and how certain that is.

The only thing from the API that is cached, and only briefly: pages and polls ask far more often than it changes. While
the cache is lost, every count is unknown, and the API is not asked for any: each page and poll would ask again.
"""

import hashlib
import secrets
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from django.core.cache import cache

from inbox.access import Mailbox, Status
from inbox.entries import Page
from inbox.failures import log_failure
from inbox.paging import Rows
from inbox.resilience import fanout
from inbox.securemail import BadAnswer, Direction, SecureMailError
from portal.cache.unavailable import CacheUnavailable

FRESH = 30  # Seconds for which a count is shown without asking the API.
KEPT = 600  # Seconds for which an old count is better than no count; after that it is unknown.
COUNTED = 50  # Messages that are looked at; if there are more, the badge reads "50+".
_FLIGHT = 10  # Seconds after which another request may ask, in case the one that is asking has died.


@dataclass(frozen=True)
class Unread:
    """A count with its age. An unknown `count` is None, and never shown as zero.

    `opened` holds the messages that the consumer has opened since the count was taken, as hashes of their references.
    Instances are pickled into the cache, which several releases may share: keep the names of the class and its fields.
    """

    count: int | None = None
    more: bool = False
    as_of: float | None = None
    opened: frozenset[str] = frozenset()

    @property
    def stale(self) -> bool:
        return self.as_of is not None and time.time() - self.as_of > FRESH

    @property
    def label(self) -> str:
        """What a badge shows: "3", "3+" if there may be more, and nothing for zero or unknown."""
        return f"{self.count}{'+' if self.more else ''}" if self.count else ""


def total(counts: Sequence[Unread]) -> Unread:
    """The sum of the known counts, as old as the oldest of them. There may be more if any count is unknown."""
    numbers = [c.count for c in counts if c.count is not None]
    more = len(numbers) < len(counts) or any(c.more for c in counts)
    ages = [c.as_of for c in counts if c.as_of is not None]
    return Unread(sum(numbers), more, min(ages, default=time.time()))


def at_least(known: Unread, shown: int) -> Unread:
    """A count for a securebox of which so many unread messages are seen, and not all messages."""
    if known.count is not None and known.count >= shown:
        return known
    return Unread(shown, more=True, as_of=time.time()) if shown else known


def cached(mailbox: Mailbox) -> Unread:
    """The cached count, without an API call; unknown after KEPT seconds."""
    return all_cached([mailbox])[mailbox.securebox.slug]


def all_cached(mailboxes: Sequence[Mailbox]) -> dict[str, Unread]:
    """The same for several, by slug."""
    keys = {box.securebox.slug: _key(box) for box in mailboxes}
    try:
        found: dict[str, Unread] = (
            cache.get_many(keys.values()) if keys else {}
        )  # Redis refuses to read no keys.
    except CacheUnavailable:
        found = {}
    return {slug: _not_too_old(found.get(key)) for slug, key in keys.items()}


def _not_too_old(unread: Unread | None) -> Unread:
    # Check the age here as well: lowering a count rewrites the cache entry and so extends its life.
    if unread is None or unread.as_of is None or time.time() - unread.as_of > KEPT:
        return Unread()
    return unread


class PageCounts:
    """Counts that pages of messages tell, without a call of their own.

    Create it before the messages are asked for: what the consumer reads from then on makes their counts wrong.
    """

    def __init__(self, mailboxes: Sequence[Mailbox]) -> None:
        self._as_of = time.time()
        self._generations = _generations(mailboxes)

    def note(self, mailbox: Mailbox, page: Page, status: Status = "all") -> Unread | None:
        """The count by a page of this list, which badges and polls then show; None if the page does not tell."""
        count = _count_on(page, status)
        if count is None:
            return None
        unread = Unread(count, as_of=self._as_of)
        with suppress(CacheUnavailable):
            key = _key(mailbox, "generation")
            if key in self._generations and cache.get(key) == self._generations[key]:
                cache.set(_key(mailbox), unread, KEPT)
        return unread


def _generations(mailboxes: Sequence[Mailbox]) -> dict[str, str | None]:
    """By cache key; none if the cache is lost."""
    keys = [_key(box, "generation") for box in mailboxes]
    try:
        found = cache.get_many(keys) if keys else {}  # Redis refuses to read no keys.
    except CacheUnavailable:
        return {}
    return {key: found.get(key) for key in keys}


def _count_on(page: Page, status: Status) -> int | None:
    """How many received messages are unread, if the page has the whole list and each message says so."""
    if not page.is_whole or page.unusable or status == "read":
        return None
    received = [entry.message.unread for entry in page.entries if not entry.is_own]
    if status == "unread":
        return len(received)
    return None if None in received else sum(map(bool, received))


class UnreadRefresh:
    """Fetches the counts that are not fresh, of all secureboxes at the same time, beginning at once.

    `seconds` is the time they may take.
    """

    def __init__(self, mailboxes: Sequence[Mailbox], seconds: float) -> None:
        self._until = time.time() + seconds
        self._counts = all_cached(mailboxes)
        due = [box for box in mailboxes if not _is_fresh(self._counts[box.securebox.slug])]
        self._slugs = [box.securebox.slug for box in due]
        calls = [partial(_refresh, box, self._until) for box in due]
        self._started = fanout.start(calls, due[0].consumer_id) if due else []

    def counts(self) -> dict[str, Unread]:
        """The counts by slug. A count that is not there in time is the cached one."""
        answers = fanout.finish(self._started, self._until - time.time())
        for slug, answer in zip(self._slugs, answers, strict=True):
            if isinstance(answer, Unread):
                self._counts[slug] = answer
        return self._counts

    def wait(self, seconds: float) -> None:
        """Give the counts this much more time to reach the cache, where `cached` finds them, and stop waiting."""
        fanout.finish(self._started, seconds)


def counts(mailboxes: Sequence[Mailbox], seconds: float) -> dict[str, Unread]:
    return UnreadRefresh(mailboxes, seconds).counts()


def note_opened(mailbox: Mailbox, reference: str, *, was_unread: bool) -> None:
    """Lower the count at once if the message was listed as unread. The next refresh asks the API in any case."""
    unread, mark = cached(mailbox), hashlib.sha256(reference.encode()).hexdigest()
    forget(mailbox)
    if unread.count is not None:
        less = 1 if was_unread and unread.count and mark not in unread.opened else 0
        changed = replace(unread, count=unread.count - less, opened=unread.opened | {mark})
        with suppress(CacheUnavailable):
            cache.set(_key(mailbox), changed, KEPT)


def forget(mailbox: Mailbox) -> None:
    """Drop the count, because the consumer changed it, and the result of any refresh that is under way."""
    with suppress(CacheUnavailable):
        cache.set(_key(mailbox, "generation"), secrets.token_hex(8), KEPT)
        cache.delete(_key(mailbox))


def _is_fresh(unread: Unread) -> bool:
    return unread.count is not None and not unread.stale and not unread.opened


def _refresh(mailbox: Mailbox, until: float) -> Unread:
    try:
        return _refresh_once(mailbox, until)
    except CacheUnavailable:
        return Unread()


def _refresh_once(mailbox: Mailbox, until: float) -> Unread:
    """Ask the API, or wait for the answer if another request is asking already. Raises CacheUnavailable."""
    flight, token = _key(mailbox, "flight"), secrets.token_hex(8)
    if not cache.add(flight, token, _FLIGHT):
        return _wait_for_other(mailbox, until)
    try:
        # Another request may have finished its refresh after this one looked at the cache.
        if _is_fresh(unread := cached(mailbox)):
            return unread
        generation = cache.get(_key(mailbox, "generation"))
        unread = _fetch(mailbox)
        if cache.get(_key(mailbox, "generation")) == generation:
            cache.set(_key(mailbox), unread, KEPT)
        return unread
    except SecureMailError as error:
        log_failure(error)
        return cached(mailbox)
    finally:
        if cache.get(flight) == token:
            cache.delete(flight)


def _wait_for_other(mailbox: Mailbox, until: float) -> Unread:
    while time.time() < until:
        time.sleep(0.02)
        if _is_fresh(unread := cached(mailbox)) or cache.get(_key(mailbox, "flight")) is None:
            return unread
    return cached(mailbox)


def _fetch(mailbox: Mailbox) -> Unread:
    """One API call as a rule. The API lists the consumer's own messages that no agent has handled yet as well."""
    now = time.time()
    found = mailbox.unread_messages(COUNTED, calls=1)
    if found.more and not _received(found.rows):
        # An API may give few messages in a call. Those that were received may come later, and must not become zero.
        found = mailbox.unread_messages(COUNTED)
    # Not zero: unread messages are there, and nothing is known of them.
    if found.rows and not any(found.rows):
        raise BadAnswer("list", http_status=200, reason="no usable message among the unread")
    return Unread(_received(found.rows), more=found.more, as_of=now)


def _received(rows: Rows) -> int:
    """Those whose direction is not known may have been received, and count."""
    return sum(message.direction is not Direction.INBOUND for message in rows if message)


def _key(mailbox: Mailbox, what: str = "count") -> str:
    # Hashed, since others may read the cache, and it must not contain addresses.
    name = f"{mailbox.address} {mailbox.securebox.full_name}"
    return f"unread:{what}:{hashlib.sha256(name.encode()).hexdigest()}"


def as_json(counted: dict[str, Unread]) -> dict[str, object]:
    """The body of /unread.json. `more` names the secureboxes that may have more than their count."""
    whole = total(list(counted.values()))
    unknown = any(unread.count is None for unread in counted.values())
    as_of = datetime.fromtimestamp(whole.as_of or time.time(), UTC)
    return {
        "total": None if unknown else whole.count,
        "secureboxes": {slug: unread.count for slug, unread in counted.items()},
        "more": [slug for slug, unread in counted.items() if unread.more],
        "as_of": as_of.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "stale": any(unread.stale for unread in counted.values()),
    }
