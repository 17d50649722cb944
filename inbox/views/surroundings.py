"""What stands around an open message: its conversation, the list that it was opened from, and where links lead."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil

from django.conf import settings
from django.http import QueryDict
from django.utils import timezone

from inbox.access import Mailbox, Status
from inbox.conversations.conversation import Conversation
from inbox.conversations.loading import conversations
from inbox.conversations.state import State
from inbox.conversations.window import MAX_REACH, Window, window_size, with_opened
from inbox.entries import Entry, Page
from inbox.outgoing import queries
from inbox.paging import Start
from inbox.subjects import without_prefixes
from inbox.views.place import Place, next_of, place_of, previous_of
from inbox.views.rows import Row, anchor, message_url, rows_of
from inbox.views.thread import Thread, detail, thread_of
from portal.accounts.models import ConsumerRequest

_MAX_DELETED = 250  # Messages at once.
_BESIDE = 20  # Conversations: more than a screen has room for. Phones show none of them, and pay for each.


@dataclass(frozen=True)
class Surroundings:
    """`page` is the part of the list that was read, None if it could not be; `reach` says how far it goes.

    `listed` are the conversations of the list, under its filter; the open one is among them. `drafts` are those of
    answers in the open one, `drafted` the ids of the messages of this mailbox that drafts answer.
    """

    mailbox: Mailbox
    opened: Entry
    place: Place
    reach: int
    page: Page | None
    conversation: Conversation
    listed: tuple[Conversation, ...]
    drafts: Sequence[queries.OutgoingItem]
    drafted: Collection[str]

    @cached_property
    def thread(self) -> Thread:
        return thread_of(self.conversation, self.opened, self.mailbox, self.place)

    @cached_property
    def rows(self) -> list[Row]:
        """The list beside the message: the conversations before and after the open one."""
        return rows_of(self.listed[self._beside], self.mailbox, self.place, self.drafted, self.conversation)

    @cached_property
    def _beside(self) -> slice:
        first = max(min(self._at - _BESIDE // 2, len(self.listed) - _BESIDE), 0)
        return slice(first, first + _BESIDE)

    @property
    def back(self) -> str:
        """The list, at the row of this conversation, or beside it where a filter no longer shows it."""
        url = self.place.url(self.mailbox.securebox.slug)
        if self.place.via == "search":
            return url
        is_listed = _passes(self.conversation, self.place.status)
        beside = self.listed[self._at + 1 : self._at + 2] or self.listed[max(self._at - 1, 0) :]
        return f"{url}#{anchor(self.conversation if is_listed else beside[0])}"

    @property
    def own_subject(self) -> str:
        """The subject of the opened message, if it is another one than the heading of the conversation."""
        subject = self.opened.message.subject
        is_same = without_prefixes(subject) == without_prefixes(self.conversation.subject)
        return "" if is_same else subject

    @property
    def detail(self) -> str:
        return detail(self.opened, self.conversation) if self.opened.is_own else ""

    @property
    def is_overdue(self) -> bool:
        """Whether an answer is usual by now."""
        since, is_waiting = self.conversation.waiting_since, self.conversation.state is State.WAITING
        until = self.mailbox.securebox.reply_by(since) if since and is_waiting else None
        return until is not None and until < timezone.now()

    @property
    def received(self) -> list[str]:
        """The references of what can be deleted together."""
        received = [entry.reference for entry in self.conversation.entries if entry.is_received]
        return received[-_MAX_DELETED:]

    @property
    def newer_url(self) -> str:
        """The conversation above this one in the list; empty if it is the first."""
        return self._url(self._at - 1) if self._at > 0 else ""

    @property
    def older_url(self) -> str:
        return self._url(self._at + 1) if self._at + 1 < len(self.listed) else ""

    @property
    def next_reach(self) -> int:
        """How far to read for messages that lie further back; 0 if there are none, or none would be looked for."""
        if self.page is None:
            return max(self.reach, 1)
        return self.reach + 1 if self.lies_beyond and self.reach < MAX_REACH else 0

    @property
    def lies_beyond(self) -> bool:
        """Whether the list goes on where it was not read: older messages, or newer ones before a later page.

        After a short answer that is not known. Then only a message that answers an older one tells.
        """
        if self.page is None:
            return False
        is_full = len(self.page.entries) + self.page.unusable >= window_size(self.reach)
        goes_on = self.page.has_next and (is_full or self.conversation.goes_back)
        return goes_on or self.page.start.position > 0

    @property
    def newer_rows(self) -> str:
        """Where the list goes on before the rows beside the message; empty if it begins with them."""
        if before := self.listed[: self._beside.start]:
            # If what was read is no page of the list: the page that ends with this row.
            start = self._position(before[-1]) + 1 - settings.PORTAL_PAGE_SIZE
            return self._row_url(before[-1], start)
        page = self._page_of_list
        return self._list_url(previous_of(page, "all", settings.PORTAL_PAGE_SIZE) if page else None)

    @property
    def older_rows(self) -> str:
        """Where the list goes on after the rows; empty if it ends there, or can be read no further."""
        if after := self.listed[self._beside.stop :]:
            return self._row_url(after[0], self._position(after[0]))
        if page := self._page_of_list:
            return self._list_url(next_of(page, "all"))
        goes_on = self.page is not None and self.page.has_next
        return self._list_url(self._place_from(len(self._in_list)) if goes_on else None)

    @property
    def number(self) -> int | None:
        """Of the page of the list that was read; None if the list would not show the same."""
        return self._page_of_list.number if self._page_of_list else None

    @property
    def _page_of_list(self) -> Page | None:
        """What was read, if the list would show the same."""
        return None if self.reach or self.place.status != "all" else self.page

    @cached_property
    def _in_list(self) -> list[str]:
        """The ids of the messages that were read and are in the list under its filter, in its order."""
        entries = self.page.entries if self.page else ()
        if self.place.status == "all":
            return [entry.message.id for entry in entries]
        # The opened message may have left the list of unread ones, or come into the other, since that was read.
        current = [self.opened if entry.message.id == self.opened.message.id else entry for entry in entries]
        unread = self.place.status == "unread"
        return [entry.message.id for entry in current if entry.message.unread is unread]

    def _position(self, conversation: Conversation) -> int:
        """How many messages the list has before this conversation, as far as is known: at least that many."""
        ids = {entry.message.id for entry in conversation.entries}
        return next((at for at, found in enumerate(self._in_list) if found in ids), len(self._in_list))

    def _place_from(self, position: int) -> Place:
        """The part of the list that begins after so many messages, under its filter."""
        if position <= 0:
            return Place(self.place.status)
        number = 1 + ceil(position / settings.PORTAL_PAGE_SIZE)
        return Place(self.place.status, number, Start(position))

    @cached_property
    def _at(self) -> int:
        return next(at for at, one in enumerate(self.listed) if one is self.conversation)

    def _row_url(self, conversation: Conversation, position: int) -> str:
        """The row on the page that was read, or else on the part of the list that begins at this position."""
        page = self._page_of_list
        place = place_of(page, "all", settings.PORTAL_PAGE_SIZE) if page else self._place_from(position)
        return f"{self._list_url(place)}#{anchor(conversation)}"

    def _list_url(self, place: Place | None) -> str:
        return place.url(self.mailbox.securebox.slug) if place else ""

    def _url(self, number: int) -> str:
        list_url = Place().url(self.mailbox.securebox.slug)
        return message_url(list_url, self.listed[number].target, self.place)


def reach_in(query: QueryDict) -> int:
    """How far the reader asked to look; another value than those of our links is none."""
    asked = query.get("reach", "")
    return int(asked) if asked in map(str, range(1, MAX_REACH + 1)) else 0


def window_around(mailbox: Mailbox, place: Place, reach: int) -> Window:
    """The part of the list that a message at this place was opened from; under a filter, the newest messages of all."""
    if place.status == "all":
        return Window(mailbox, place.number, place.start, reach)
    return Window(mailbox, 1, None, reach)


def surroundings_of(
    request: ConsumerRequest, mailbox: Mailbox, opened: Entry, window: Window, place: Place, reach: int
) -> Surroundings:
    """Waits for the window. Two or three queries, no further API call."""
    page = window.page()
    entries = with_opened(page.entries if page else (), opened)
    found = conversations({mailbox: entries})[mailbox]
    conversation = next(one for one in found if one.has(opened.message.id))
    if page and place.status == "all" and place.via == "list" and not reach:
        place = place_of(page, "all", settings.PORTAL_PAGE_SIZE)
    listed = tuple(one for one in found if one is conversation or _passes(one, place.status))
    ids = {entry.message.id for entry in conversation.entries}
    drafts = queries.answering(request, mailbox, ids)
    return Surroundings(
        mailbox=mailbox,
        opened=next(entry for entry in conversation.entries if entry.message.id == opened.message.id),
        place=place,
        reach=reach,
        page=page,
        conversation=conversation,
        listed=listed,
        drafts=queries.with_content(drafts) if drafts else (),
        drafted=queries.answered_by_drafts(request).get(mailbox.securebox.pk, ()),
    )


def _passes(conversation: Conversation, status: Status) -> bool:
    """Whether the list shows it under this filter, which is about received messages."""
    if status == "all":
        return True
    received = [entry for entry in conversation.entries if not entry.is_own]
    return any(entry.is_unread is (status == "unread") for entry in received)
