"""All messages of a securebox as a ZIP, which is sent while they are read: a few of them are in memory at a time.

It takes one call for each list of PAGE messages and one for each message, unless the dialect says that lists are whole;
never more than three calls at the same time, of the few that one consumer may have. Whatever happens on the way, the
ZIP ends as a whole one, with a file that says what is missing.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from urllib.parse import quote

from django.conf import settings
from django.http import Http404
from django.utils import timezone, translation

from inbox import access, paging
from inbox.access import Mailbox
from inbox.entries import Entry, Page
from inbox.keeping import pages
from inbox.keeping.archive import Archive
from inbox.keeping.copies import copy_of
from inbox.keeping.emails import email_of
from inbox.keeping.incomplete import End, Missing, report
from inbox.keeping.names import Names
from inbox.keeping.turns import State, Turn
from inbox.resilience import fanout
from inbox.securemail import SecureMailError, Unavailable
from portal.accounts.models import Consumer

logger = logging.getLogger(__name__)

PAGE = 50  # Messages of one list.
# Seconds before a call that failed is tried once more, and once more: the second time, a circuit breaker lets one pass.
# A proxy must not take what comes in between for silence: 30 seconds, in ours.
WAITS = (1.0, 11.0)
MAX_SECONDS = 30 * 60.0  # A thread of the portal is not taken up for longer.
_MAX_DEAD = 2  # Calls at the same time that all failed, so often in a row: the API is down.

sleep, clock = time.sleep, time.monotonic


@dataclass(frozen=True)
class Order:
    """What is to be saved, for whom, and in whose language. The time zone is that of the request, as in all answers.

    `resume` is the address of a page that goes on from there. `is_allowed` says whether the reader is still signed in.
    """

    mailbox: Mailbox
    reader: Consumer
    start: paging.Start
    language: str
    resume: Callable[[paging.Start], str]
    is_allowed: Callable[[], bool]


@dataclass(frozen=True)
class Row:
    """A message in the table of contents."""

    date: datetime | None
    sender: str
    subject: str
    page: str
    email: str


@dataclass
class Department:
    """Iterate it once for the bytes of the ZIP, and close it in any case: it gives its turn back."""

    order: Order
    turn: Turn
    rows: list[Row] = field(default_factory=list)
    missing: Missing = field(default_factory=Missing)
    _next: paging.Start | None = None
    _dead: int = 0

    def close(self) -> None:
        self.turn.end()

    def __iter__(self) -> Iterator[bytes]:
        pieces = self._zip()
        try:
            while (piece := self._piece_of(pieces)) is not None:
                yield piece
        finally:
            self.close()

    def _piece_of(self, pieces: Iterator[bytes]) -> bytes | None:
        """The next one. What set the request's language has ended by now.

        Piece by piece, since a reader may hang up after each: the language would stay with the thread.
        """
        with translation.override(self.order.language):
            return next(pieces, None)

    def _zip(self) -> Iterator[bytes]:
        archive, names = Archive(timezone.localtime()), Names()
        try:
            for entry in self._messages():
                self._add(archive, names, entry)
                yield archive.take()
                self.turn.report(len(self.rows))
        except _Stopped as stopped:
            self.missing.end = stopped.end
        except Exception:  # A ZIP that breaks off would be worth nothing.
            logger.exception("Saving a securebox failed")
            self.missing.end = End.OUR_FAULT
        self._add_contents(archive)
        archive.close()
        yield archive.take()
        self.turn.report(len(self.rows), State.INCOMPLETE if self.missing else State.COMPLETE)
        logger.info("Saving a securebox ended (%s): %d messages", self.missing.end.name, len(self.rows))

    def _add(self, archive: Archive, names: Names, entry: Entry) -> None:
        message = entry.message
        try:
            name = names.name(message.date, message.subject)
            copy = copy_of(entry, self.order.mailbox, self.order.reader)
            page = pages.page_of([copy], self.order.mailbox.address)
            email = email_of(copy)
        except Exception:  # One message that we cannot write must not cost the others.
            logger.exception("A message could not be saved")
            self.missing.failed.append(message)
            return
        archive.add(f"pages/{name}.html", page)
        archive.add(f"emails/{name}.eml", email)
        place = quote(name)
        self.rows.append(
            Row(copy.date, copy.sender.name, copy.subject, f"pages/{place}.html", f"emails/{place}.eml")
        )

    def _add_contents(self, archive: Archive) -> None:
        title = self.order.mailbox.securebox.title
        context = {
            "department": title,
            "reader": self.order.mailbox.address,
            "rows": self.rows,
            "is_incomplete": bool(self.missing),
        }
        archive.add("index.html", pages.page("inbox/saved/index.html", context))
        if self.missing:
            resume = self.order.resume(self._next) if self._next else ""
            text = report(title, self.missing, len(self.rows), self.turn.total, resume)
            archive.add("INCOMPLETE.txt", text.encode())

    def _messages(self) -> Iterator[Entry]:
        """Whole messages, the newest first."""
        until, seen = clock() + MAX_SECONDS, set[str]()
        self._next = self.order.start
        while self._next is not None:
            page = self._page(self._next)
            self.missing.hidden += page.unusable
            fresh = [entry for entry in page.entries if entry.reference not in seen]
            seen.update(entry.reference for entry in fresh)
            for first in range(0, len(fresh), fanout.AT_ONCE):
                if clock() > until:
                    raise _Stopped(End.TOO_LONG)
                if len(self.rows) >= settings.PORTAL_SAVE_MESSAGES:
                    raise _Stopped(End.ENOUGH)
                yield from self._whole(fresh[first : first + fanout.AT_ONCE])
            self._next = page.next

    def _page(self, start: paging.Start) -> Page:
        for wait in (0.0, *WAITS):
            self._wait(wait)
            try:
                return self.order.mailbox.page(1, PAGE, "all", start)
            except paging.ListChanged:
                # Messages that were seen have gone. What comes twice now is left out.
                start = paging.Start(max(start.position - PAGE, 0))
            except Unavailable:
                continue
            except SecureMailError:
                break
        raise _Stopped(End.OUTAGE)

    def _whole(self, entries: Sequence[Entry]) -> list[Entry]:
        """These messages with all that they hold, without those that cannot be had."""
        found: dict[str, Entry | None] = {}
        again = list(entries)
        for wait in (0.0, *WAITS):
            if not again or (wait > WAITS[0] and found):
                break  # The API answers for others: what failed twice will fail again.
            self._wait(wait)
            outcomes = self._open_all(again)
            found |= {one: entry for one, entry in outcomes.items() if not isinstance(entry, SecureMailError)}
            again = [entry for entry in again if isinstance(outcomes[entry.reference], Unavailable)]
        self._note(entries, found)
        return [whole for entry in entries if (whole := found.get(entry.reference))]

    def _open_all(self, entries: Sequence[Entry]) -> dict[str, Entry | SecureMailError | None]:
        if self.order.mailbox.lists_whole_messages:
            return {entry.reference: entry for entry in entries}
        calls = [partial(_opened, self.order.mailbox, entry.reference) for entry in entries]
        outcomes = fanout.ask_all(calls, self.order.mailbox.consumer_id, settings.SECUREMAIL_DEADLINE)
        return {entry.reference: outcome for entry, outcome in zip(entries, outcomes, strict=True)}

    def _note(self, entries: Sequence[Entry], found: dict[str, Entry | None]) -> None:
        """Keep account of what is missing. Raises _Stopped if nothing comes from the API at all."""
        for entry in entries:
            if entry.reference not in found:
                self.missing.failed.append(entry.message)
            elif found[entry.reference] is None:
                self.missing.gone += 1
        self._dead = 0 if found else self._dead + 1
        if self._dead >= _MAX_DEAD:
            raise _Stopped(End.OUTAGE)

    def _wait(self, seconds: float) -> None:
        """Before each call: who has been signed out meanwhile gets no more."""
        if seconds:
            sleep(seconds)
        if not (self.order.is_allowed() and access.is_still_open(self.order.mailbox)):
            raise _Stopped(End.NO_ACCESS)


class _Stopped(Exception):
    def __init__(self, end: End) -> None:
        super().__init__(end)
        self.end = end


def _opened(mailbox: Mailbox, reference: str) -> Entry | None:
    """None if the message is gone."""
    try:
        return mailbox.open(reference, mark_read=False)
    except Http404:
        return None
