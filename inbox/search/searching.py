"""Reads the lists of several secureboxes at the same time, and finds the messages that have the words.

One press of a button makes at most so many calls of the API, for all secureboxes together, and takes as long as a page
may take. Each securebox gets its share of the calls, and one call at a time, so that a search never holds more of a
securebox's places than a page does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from functools import partial

from inbox.access import Mailbox
from inbox.entries import Entry, Page
from inbox.paging import ListChanged, Start
from inbox.rendering import searched_words
from inbox.resilience import fanout
from inbox.search.position import Position
from inbox.search.query import Query
from inbox.securemail import SecureMailError
from portal.characters import one_line

SIZE = 50  # Messages that one call asks for.
ENOUGH = 25  # Found in one securebox: it is read no further until the next press.
_LAST_CALL = 0.75  # Of the time: no call is begun after that, since it would hardly be answered.


@dataclass(frozen=True)
class Hit:
    """A message that has the words; its subject, the names in it and its text are in one line each."""

    mailbox: Mailbox
    entry: Entry
    subject: str
    text: str

    @property
    def moment(self) -> datetime:
        """For sorting: messages without a date come last."""
        return self.entry.message.date or datetime.min.replace(tzinfo=UTC)


class Problem(Enum):
    """Why a list was not read as far as it could have been."""

    FAILED = "the API failed, or was too slow"
    CHANGED = "the list has changed so much that the place in it cannot be found"


@dataclass(frozen=True)
class Progress:
    """How far one securebox has been searched, by this press and those before it.

    `start` is where to go on, None at the end of the list. `number` counts the messages that were looked at since the
    first press; `oldest` is the date of the last one by this press. `unusable` messages could not be looked at, and of
    those that were `cut` only the beginning was.
    """

    mailbox: Mailbox
    start: Start | None
    hits: tuple[Hit, ...] = ()
    number: int = 0
    oldest: datetime | None = None
    unusable: int = 0
    cut: int = 0
    problem: Problem | None = None

    @property
    def is_complete(self) -> bool:
        return self.start is None

    @property
    def has_failed(self) -> bool:
        return self.problem is Problem.FAILED

    @property
    def has_changed(self) -> bool:
        return self.problem is Problem.CHANGED


def search(
    mailboxes: Sequence[Mailbox], query: Query, position: Position, *, calls: int, seconds: float
) -> list[Progress]:
    """How far each securebox has been searched, in the given order. An error of the API is a `problem` of its own."""
    begun = {box.securebox.slug: _Search(box, query, position) for box in mailboxes}
    shares = _shares([one.progress for one in begun.values()], calls)
    tasks = [partial(begun[slug].read, share, seconds) for slug, share in shares.items()]
    outcomes = fanout.finish(fanout.start(tasks, mailboxes[0].consumer_id), seconds) if tasks else []
    for slug, outcome in zip(shares, outcomes, strict=True):
        begun[slug].has_failed = isinstance(outcome, SecureMailError)
    return [one.result() for one in begun.values()]


def newest_first(found: Sequence[Progress]) -> list[Hit]:
    hits = (hit for progress in found for hit in progress.hits)
    return sorted(hits, key=lambda hit: hit.moment, reverse=True)


def position_after(found: Sequence[Progress]) -> Position:
    """Where the next press goes on."""
    return Position({progress.mailbox.securebox.slug: progress.start for progress in found})


class _Search:
    """Reads one list. `progress` is replaced after each page, and may be looked at meanwhile."""

    def __init__(self, mailbox: Mailbox, query: Query, position: Position) -> None:
        start = position.start(mailbox.securebox.slug)
        self.progress = Progress(mailbox, start, number=start.position if start else 0)
        self.has_failed = False
        self._query = query

    def result(self) -> Progress:
        """How far it has come by now, even if its thread is still reading."""
        return replace(self.progress, problem=Problem.FAILED) if self.has_failed else self.progress

    def read(self, calls: int, seconds: float) -> None:
        """Runs in a thread without a database. Raises the errors of the API."""
        mailbox, start = self.progress.mailbox, self.progress.start or Start(0)
        try:
            for page in mailbox.pages(start, SIZE, calls=calls, seconds=seconds * _LAST_CALL):
                self.progress = self._after(page)
                if len(self.progress.hits) >= ENOUGH:
                    return
        except ListChanged:
            self.progress = replace(self.progress, problem=Problem.CHANGED)

    def _after(self, page: Page) -> Progress:
        before = self.progress
        looked = [_look_at(entry, before.mailbox, self._query) for entry in page.entries]
        dates = [entry.message.date for entry in page.entries if entry.message.date]
        return replace(
            before,
            start=page.next,
            hits=(*before.hits, *(hit for hit, _ in looked if hit)),
            number=page.start.position + len(page.entries) + page.unusable,
            oldest=dates[-1] if dates else before.oldest,
            unusable=before.unusable + page.unusable,
            cut=before.cut + sum(is_cut for _, is_cut in looked),
        )


def _look_at(entry: Entry, mailbox: Mailbox, query: Query) -> tuple[Hit | None, bool]:
    """The message if it has the words, and whether only the beginning of its text was looked at."""
    message, subject = entry.message, one_line(entry.message.subject)
    text, is_cut = searched_words(message.text, message.html)
    found = query.is_in(subject, _names(entry, mailbox), text)
    return Hit(mailbox, entry, subject, text) if found else None, is_cut


def _names(entry: Entry, mailbox: Mailbox) -> str:
    """Everyone's but the consumer's own, which is in all of them."""
    message = entry.message
    sender = None if entry.is_own else message.sender
    parties = (party for party in (sender, *message.recipients) if party)
    return one_line("\n".join(party.name for party in parties if party.address != mailbox.address.lower()))


def _shares(found: Sequence[Progress], calls: int) -> Mapping[str, int]:
    """The calls for each securebox whose list is not at its end, by slug: as many for each as for the others.

    If there are not enough calls for all, the ones that were searched least so far come first.
    """
    due = sorted((one for one in found if not one.is_complete), key=lambda one: one.number)
    if not due:
        return {}
    served = due[: max(1, calls // due[0].mailbox.calls_for_page)]
    share, rest = divmod(calls, len(served))
    return {one.mailbox.securebox.slug: share + (at < rest) for at, one in enumerate(served)}
