"""A conversation on the page of one of its messages: that one is open, the others are folded to a line each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from inbox.access import Mailbox
from inbox.conversations.conversation import Conversation
from inbox.conversations.state import unanswered
from inbox.entries import Entry
from inbox.rendering import preview, words_of
from inbox.views.place import Place
from inbox.views.rows import initials, message_url, writer

MAX_LINES = 40  # Before the open message, and as many after it.
_MIN_FOLDED = 3  # Fewer lines are not worth folding together.


@dataclass(frozen=True)
class Line:
    """A message that is folded. `text` is what the list has of one that was read: its beginning, or all of it."""

    url: str
    who: str
    initials: str
    sent: bool
    unread: bool
    date: datetime | None
    preview: str
    text: str
    detail: str


@dataclass(frozen=True)
class LeftOut:
    """Messages that the page leaves out, since there are too many. `url` opens the nearest of them."""

    count: int
    unread: int
    url: str


@dataclass(frozen=True)
class Thread:
    """The messages around the open one. `folded` come first, and have been read; unread ones are never among them."""

    folded: tuple[Line, ...]
    before: tuple[Line, ...]
    after: tuple[Line, ...]
    earlier: LeftOut | None
    later: LeftOut | None

    @property
    def is_alone(self) -> bool:
        return not (self.folded or self.before or self.after)


def thread_of(conversation: Conversation, opened: Entry, mailbox: Mailbox, place: Place) -> Thread:
    """`opened` is one of the conversation's messages."""
    list_url = Place().url(mailbox.securebox.slug)
    entries = conversation.entries
    at = next(n for n, entry in enumerate(entries) if entry.message.id == opened.message.id)
    first, last = max(at - MAX_LINES, 0), at + 1 + MAX_LINES

    def lines(shown: Sequence[Entry]) -> tuple[Line, ...]:
        return tuple(
            _line(entry, conversation, mailbox, message_url(list_url, entry, place)) for entry in shown
        )

    def left_out(rest: Sequence[Entry], nearest: int) -> LeftOut | None:
        if not rest:
            return None
        unread = [entry for entry in rest if entry.is_unread]
        target = (unread or rest)[nearest]
        return LeftOut(len(rest), len(unread), message_url(list_url, target, place))

    before = entries[first:at]
    folded = _number_folded(before)
    return Thread(
        folded=lines(before[:folded]),
        before=lines(before[folded:]),
        after=lines(entries[at + 1 : last]),
        earlier=left_out(entries[:first], -1),
        later=left_out(entries[last:], 0),
    )


def detail(entry: Entry, conversation: Conversation) -> str:
    """What became of one of the consumer's own messages, if there is more to say than of the conversation."""
    if conversation.is_withdrawn(entry):
        return _("Withdrawn") if len(conversation) > 1 else ""
    waits = any(one is entry for one in unanswered(conversation.entries, conversation.withdrawn))
    # For the API, a sent message is unread while it waits, and read once an agent has opened it or it was withdrawn.
    return _("No longer waiting in the queue") if waits and entry.message.unread is False else ""


def _number_folded(before: Sequence[Entry]) -> int:
    """How many of the messages before the open one are folded together: not the last, nor an unread one."""
    unread = next((n for n, entry in enumerate(before) if entry.is_unread), len(before))
    number = min(unread, len(before) - 1)
    return number if number >= _MIN_FOLDED else 0


def _line(entry: Entry, conversation: Conversation, mailbox: Mailbox, url: str) -> Line:
    message, who = entry.message, writer(entry, mailbox)
    return Line(
        url=url,
        who=who,
        initials=initials(who),
        sent=entry.is_own,
        unread=entry.is_unread,
        date=message.date,
        preview=preview(message.text, message.html),
        text="" if entry.is_unread else words_of(message.text, message.html),
        detail=detail(entry, conversation) if entry.is_own else "",
    )
