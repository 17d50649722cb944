"""Conversations as rows of a list."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from inbox.access import Mailbox
from inbox.conversations.conversation import Conversation
from inbox.conversations.state import State
from inbox.entries import Entry
from inbox.rendering import preview
from inbox.views.place import Place


@dataclass(frozen=True)
class Row:
    """A conversation in a list.

    `who` wrote last, `sent` is true if that was the consumer. `count` and `unread` are numbers of messages. `received`
    are the references of those that can be marked or deleted, with spaces in between. `goes_back`: it has older
    messages than the list has read. `has_draft`: an answer to one of them is begun.
    """

    anchor: str
    url: str
    who: str
    initials: str
    sent: bool
    subject: str
    preview: str
    date: datetime | None
    count: int
    unread: int
    state: State | None
    received: str
    goes_back: bool
    has_draft: bool
    is_current: bool = False


def rows_of(
    conversations: Iterable[Conversation],
    mailbox: Mailbox,
    place: Place,
    drafted: Collection[str] = (),
    current: Conversation | None = None,
) -> list[Row]:
    """A row for each conversation of this mailbox. Their links lead back to `place`.

    `drafted` are the ids of messages that a draft answers.
    """
    list_url = Place().url(mailbox.securebox.slug)
    return [_row(one, mailbox, list_url, place, drafted, is_current=one is current) for one in conversations]


def message_url(list_url: str, entry: Entry, place: Place) -> str:
    """The address of a message. If it is unread, the address says so, for the badges: see `unread.Counts`."""
    # Not `reverse()`, which would cost more than the rest of a row.
    return f"{list_url}{entry.reference}/{f'?new{place.more}' if entry.is_unread else place.suffix}"


def writer(entry: Entry, mailbox: Mailbox) -> str:
    """Who wrote a message, in words for its reader."""
    if entry.is_own:
        return _("You")
    return (entry.message.sender and entry.message.sender.name) or mailbox.securebox.title


def initials(name: str) -> str:
    """One or two letters that stand for a name: those of its first and last word."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def anchor(conversation: Conversation) -> str:
    """The id of a conversation's row, for links back to it. The end of a signature: it names no message."""
    return f"c-{conversation.entries[0].reference[-12:]}"


def _row(
    conversation: Conversation,
    mailbox: Mailbox,
    list_url: str,
    place: Place,
    drafted: Collection[str],
    *,
    is_current: bool,
) -> Row:
    newest = conversation.newest
    message, who = newest.message, writer(newest, mailbox)
    return Row(
        anchor=anchor(conversation),
        url=message_url(list_url, conversation.target, place),
        who=who,
        initials=initials(who),
        sent=newest.is_own,
        subject=conversation.subject or _("(no subject)"),
        preview=preview(message.text, message.html),
        date=message.date,
        count=len(conversation),
        unread=conversation.unread_count,
        state=conversation.state,
        received=" ".join(entry.reference for entry in conversation.entries if entry.is_received),
        goes_back=conversation.goes_back,
        has_draft=bool(drafted) and any(entry.message.id in drafted for entry in conversation.entries),
        is_current=is_current,
    )
