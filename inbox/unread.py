"""How many received messages a consumer has not read, for each of their secureboxes, and how certain that is.

The only thing from the API that is cached, and only briefly: pages and polls ask far more often than it changes. While
the cache is lost, every count is unknown, and the API is not asked for any: each page and poll would ask again.

A count is shown for FRESH seconds without asking the API, and until KEPT as one that is stale. It never outlives a
change: what its consumer reads, removes or sends begins a new generation, and counts of another one do not hold.
"""

import hashlib
import secrets
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.core.cache import cache

from inbox.access import Mailbox, Status, open_mailboxes
from inbox.entries import Page
from portal.accounts.models import ConsumerRequest
from portal.cache.unavailable import CacheUnavailable

FRESH = 30  # Seconds for which a count is shown without asking the API.
KEPT = 600  # Seconds for which an old count is better than no count; after that it is unknown.
_SETTLED = 10  # Seconds for which a count that stays the same is not stored again.


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
    generation: str | None = None

    @property
    def stale(self) -> bool:
        return self.as_of is not None and time.time() - self.as_of > FRESH

    @property
    def is_fresh(self) -> bool:
        """Whether the API need not be asked."""
        return self.count is not None and not self.stale and not self.opened

    @property
    def label(self) -> str:
        """What a badge shows: "3", "3+" if there may be more, and nothing for zero or unknown."""
        return f"{self.count}{'+' if self.more else ''}" if self.count else ""


class Counts:
    """The counts of a consumer's secureboxes as one request knows them: read at once, and stored at once.

    Create it before messages are asked for: what the consumer reads from then on makes their counts wrong.
    """

    def __init__(self, mailboxes: Sequence[Mailbox]) -> None:
        self._as_of = time.time()
        self._new: dict[str, Any] = {}
        try:
            self.by_slug, self.is_cache_lost = look_up(mailboxes), False
        except CacheUnavailable:
            self.by_slug, self.is_cache_lost = {box.securebox.slug: Unread() for box in mailboxes}, True

    def note_page(self, mailbox: Mailbox, page: Page, status: Status = "all") -> Unread | None:
        """The count by a page of this list, without a call of its own; None if the page does not tell."""
        count = _count_on(page, status)
        if count is None:
            return None
        known = self.by_slug[mailbox.securebox.slug]
        told = Unread(count, as_of=self._as_of, generation=known.generation)
        if not (_is_same(known, told) and self._as_of - (known.as_of or 0) < _SETTLED):
            self._new[key(mailbox)] = told
        self.by_slug[mailbox.securebox.slug] = told
        return told

    def note_opened(self, mailbox: Mailbox, reference: str, *, was_unread: bool) -> None:
        """Lower the count if the message was listed as unread. The next refresh asks the API in any case."""
        unread, mark = self.by_slug[mailbox.securebox.slug], hashlib.sha256(reference.encode()).hexdigest()
        if mark in unread.opened:
            return
        if unread.count is not None:
            less = 1 if was_unread and unread.count else 0
            unread = replace(unread, count=unread.count - less, opened=unread.opened | {mark})
        self.by_slug[mailbox.securebox.slug] = unread
        self._new |= _of_new_generation(mailbox, unread)

    def store(self) -> None:
        """For badges, polls and later pages: what was noted."""
        new, self._new = self._new, {}
        if new and not self.is_cache_lost:
            with suppress(CacheUnavailable):
                cache.set_many(new, KEPT)


def of_request(request: ConsumerRequest) -> Counts:
    """The counts of all secureboxes of this request, which its view and its navigation share."""
    # By consumer, since a view may sign in another one.
    held: dict[int, Counts] = vars(request).setdefault("_unread", {})
    if request.user.pk not in held:
        held[request.user.pk] = Counts(open_mailboxes(request))
    return held[request.user.pk]


def forget(mailbox: Mailbox) -> None:
    """Drop the count, because the consumer changed it, and the result of any refresh that is under way."""
    with suppress(CacheUnavailable):
        cache.set_many(_of_new_generation(mailbox, Unread()), KEPT)


def look_up(mailboxes: Sequence[Mailbox]) -> dict[str, Unread]:
    """What the cache has, by slug, in one call; each with the present generation. Raises CacheUnavailable."""
    keys = {box.securebox.slug: (key(box), key(box, "generation")) for box in mailboxes}
    # Redis refuses to read no keys.
    found = cache.get_many([one for pair in keys.values() for one in pair]) if keys else {}
    return {slug: _holding(found.get(count), found.get(current)) for slug, (count, current) in keys.items()}


def key(mailbox: Mailbox, what: str = "count") -> str:
    """The cache's key. Hashed, since others may read the cache, and it must not contain addresses."""
    name = f"{mailbox.address} {mailbox.securebox.full_name}"
    return f"unread:{what}:{hashlib.sha256(name.encode()).hexdigest()}"


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


def as_json(counted: Mapping[str, Unread]) -> dict[str, object]:
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


def _holding(stored: Unread | None, generation: str | None) -> Unread:
    """The stored count; an unknown one if that is too old, or of another generation."""
    unknown = Unread(generation=generation)
    # Check the age here as well: lowering a count rewrites the cache entry and so extends its life.
    if stored is None or stored.as_of is None or time.time() - stored.as_of > KEPT:
        return unknown
    # A generation is kept as long as any count from before it: where there is none, none has to be refused.
    return replace(stored, generation=generation) if generation in (None, stored.generation) else unknown


def _of_new_generation(mailbox: Mailbox, unread: Unread) -> dict[str, Any]:
    generation = secrets.token_hex(8)
    return {key(mailbox, "generation"): generation, key(mailbox): replace(unread, generation=generation)}


def _count_on(page: Page, status: Status) -> int | None:
    """How many received messages are unread, if the page has the whole list and each message says so."""
    if not page.is_whole or page.unusable or status == "read":
        return None
    received = [entry.message.unread for entry in page.entries if not entry.is_own]
    if status == "unread":
        return len(received)
    return None if None in received else sum(map(bool, received))


def _is_same(known: Unread, told: Unread) -> bool:
    return known.is_fresh and (known.count, known.more) == (told.count, told.more)
