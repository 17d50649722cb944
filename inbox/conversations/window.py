"""The part of a list that a page looks at around one of its messages."""

import time
from dataclasses import replace
from functools import partial

from django.conf import settings

from inbox import paging
from inbox.access import Mailbox
from inbox.entries import Entry, Page
from inbox.resilience import fanout
from inbox.securemail import Message, SecureMailError

FURTHEST = 500  # Messages. Nobody reads a conversation further back by unfolding it.
MAX_REACH = 2


class Window:
    """The list around a message, read in one call as a rule, while its page fetches the message itself.

    It is what the page of the list at `number` and `start` reads, in one call and so perhaps less of it; with a
    `reach`, from 1 to MAX_REACH, the newest part of the list, four or sixteen times as long.
    """

    def __init__(self, mailbox: Mailbox, number: int, start: paging.Start | None, reach: int = 0) -> None:
        self._until = time.monotonic() + settings.SECUREMAIL_DEADLINE
        size = window_size(reach)
        read = (
            partial(mailbox.page, 1, size)
            if reach
            else partial(mailbox.page, number, size, "all", start, calls=mailbox.least_calls)
        )
        self._started = fanout.start([partial(_read, read)], mailbox.consumer_id)

    def page(self) -> Page | None:
        """None if it cannot be read in time, or has changed since the link to the message was made."""
        (answer,) = fanout.finish(self._started, self._until - time.monotonic())
        return None if isinstance(answer, SecureMailError) else answer


def window_size(reach: int) -> int:
    """How many messages a window with this reach has at most."""
    size: int = settings.PORTAL_PAGE_SIZE
    return min(size * (1, 4, 16)[reach], max(FURTHEST, size))


def _read(read: "partial[Page]") -> Page | None:
    try:
        return read()
    except paging.ListChanged:
        return None


def with_opened(entries: tuple[Entry, ...], opened: Entry) -> list[Entry]:
    """These messages with the one that was fetched, which says more than the list does, or which it may not have."""
    listed = {entry.message.id: entry for entry in entries}
    known = listed.get(opened.message.id)
    listed[opened.message.id] = replace(opened, message=_completed(opened, known))
    return list(listed.values())


def _completed(opened: Entry, known: Entry | None) -> Message:
    """Its message, with what only the list says of it."""
    if known is None:
        return opened.message
    missing = {
        field: getattr(known.message, field)
        for field in ("subject", "date", "thread_id", "parent_id", "unread")
        if getattr(opened.message, field) in (None, "")
    }
    return opened.message.model_copy(update=missing)
