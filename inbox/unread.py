"""How many received messages a consumer has not read, for each of their boxes, and how sure that is.

The one thing from upstream that is kept, for a short while: pages and polls ask far more often than it changes.
"""

import hashlib
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from django.core.cache import cache

from inbox.access import Mailbox
from inbox.failures import log_failure
from inbox.resilience import fanout
from inbox.securemail import BadAnswer, Direction, SecureMailError

FRESH = 30  # Seconds for which a count is shown without asking again.
KEPT = 600  # Seconds for which an old count is better than none; afterwards it is unknown.
COUNTED = 50  # At most so many messages are looked at; beyond that the count reads "50+".
_FLIGHT = 10  # Seconds after which another request may ask, should the one that is asking have died.


@dataclass(frozen=True)
class Unread:
    """A count with its age; `count` is None where it could not be had. "Unknown" is never shown as zero.

    `opened` are the messages that this consumer has opened since it was taken, as hashes of their references.
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
        """What a badge shows: empty for zero and for unknown."""
        return f"{self.count}{'+' if self.more else ''}" if self.count else ""


def total(counts: Sequence[Unread]) -> Unread:
    """The sum of what is known, as old as its oldest part; "more" where a part is unknown."""
    numbers = [c.count for c in counts if c.count is not None]
    more = len(numbers) < len(counts) or any(c.more for c in counts)
    ages = [c.as_of for c in counts if c.as_of is not None]
    return Unread(sum(numbers), more, min(ages, default=time.time()))


def known(mailbox: Mailbox) -> Unread:
    """What is remembered, without asking upstream; after ten minutes, nothing."""
    unread: Unread = cache.get(_key(mailbox)) or Unread()
    # Looked at here too: a count that was lowered since is newer in the cache than it is.
    return unread if unread.as_of is not None and time.time() - unread.as_of <= KEPT else Unread()


class Asking:
    """Counts being asked for at the same time, each box once; what is still fresh is not asked for."""

    def __init__(self, mailboxes: Sequence[Mailbox], seconds: float) -> None:
        self._counts = {box.securebox.slug: known(box) for box in mailboxes}
        due = [box for box in mailboxes if not _is_fresh(self._counts[box.securebox.slug])]
        self._slugs = [box.securebox.slug for box in due]
        self._started = fanout.start([partial(_refresh, box, time.time() + seconds) for box in due])

    def counts(self, seconds: float) -> dict[str, Unread]:
        """The count of each box by its slug. One that takes longer than `seconds` from now is as it was."""
        answers = fanout.finish(self._started, seconds)
        for slug, answer in zip(self._slugs, answers, strict=True):
            if isinstance(answer, Unread):
                self._counts[slug] = answer
        return self._counts


def counts(mailboxes: Sequence[Mailbox], seconds: float) -> dict[str, Unread]:
    return Asking(mailboxes, seconds).counts(seconds)


def note_opened(mailbox: Mailbox, reference: str, *, was_unread: bool) -> None:
    """One less, at once, where the message was listed as unread. Whoever counts next asks upstream anew."""
    unread, mark = known(mailbox), hashlib.sha256(reference.encode()).hexdigest()
    forget(mailbox)
    if unread.count is not None:
        less = 1 if was_unread and unread.count and mark not in unread.opened else 0
        changed = replace(unread, count=unread.count - less, opened=unread.opened | {mark})
        cache.set(_key(mailbox), changed, KEPT)


def forget(mailbox: Mailbox) -> None:
    """Drop the count, because this consumer changed it; also the one that is being asked for at this moment."""
    cache.set(_key(mailbox, "generation"), secrets.token_hex(8), KEPT)
    cache.delete(_key(mailbox))


def _is_fresh(unread: Unread) -> bool:
    return unread.count is not None and not unread.stale and not unread.opened


def _refresh(mailbox: Mailbox, until: float) -> Unread:
    """Ask upstream, unless another request is asking the same: then wait for its answer."""
    flight, token = _key(mailbox, "flight"), secrets.token_hex(8)
    if not cache.add(flight, token, _FLIGHT):
        return _await(mailbox, until)
    try:
        generation = cache.get(_key(mailbox, "generation"))
        unread = _ask(mailbox)
        if cache.get(_key(mailbox, "generation")) == generation:
            cache.set(_key(mailbox), unread, KEPT)
        return unread
    except SecureMailError as error:
        log_failure(error)
        return known(mailbox)
    finally:
        if cache.get(flight) == token:
            cache.delete(flight)


def _await(mailbox: Mailbox, until: float) -> Unread:
    while time.time() < until:
        time.sleep(0.02)
        if _is_fresh(unread := known(mailbox)) or cache.get(_key(mailbox, "flight")) is None:
            return unread
    return known(mailbox)


def _ask(mailbox: Mailbox) -> Unread:
    """The API counts one's own messages that no agent has handled yet as unread too; the badge does not."""
    now = time.time()
    counted = mailbox.count("unread")
    if counted == 0:
        return Unread(0, as_of=now)
    entries = mailbox.unread_messages(COUNTED)
    messages = [entry for entry in entries if entry]
    if entries and not messages:
        raise BadAnswer("list", http_status=200, reason="no usable message among the unread")
    if messages and all(message.direction is Direction.UNKNOWN for message in messages):
        return Unread(counted, as_of=now)
    received = sum(message.direction is not Direction.INBOUND for message in messages)
    return Unread(received, more=counted > len(entries) > 0, as_of=now)


def _key(mailbox: Mailbox, what: str = "count") -> str:
    # Hashed: no address stands in a cache that others may read.
    name = f"{mailbox.address} {mailbox.securebox.name}"
    return f"unread:{what}:{hashlib.sha256(name.encode()).hexdigest()}"


def as_json(counted: dict[str, Unread]) -> dict[str, object]:
    """The body of /unread.json. `more` names the boxes whose count is only the least it can be."""
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
