"""The newest messages of all secureboxes of a consumer, for the home page.

All secureboxes are asked at the same time, with one deadline, and what they answer tells their unread counts as well.
One that cannot be read takes nothing from the others.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from inbox import unread
from inbox.access import Mailbox
from inbox.conversations.conversation import Conversation
from inbox.entries import Page
from inbox.resilience import fanout
from inbox.securemail import SecureMailError, Unavailable
from inbox.unread import Counts, Unread

_UNDATED = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Reading:
    """What one securebox has answered: the newest messages; None if it could not be read.

    `unread` is the count for its badge: at least what the page has, if that does not tell. `all_unread` is how many
    unread messages the page has, if these are all; None if there may be others.
    """

    mailbox: Mailbox
    page: Page | None
    unread: Unread
    all_unread: int | None


def read(mailboxes: Sequence[Mailbox], size: int, seconds: float, counts: Counts) -> list[Reading]:
    """At most `size` messages of each securebox, within this time. Raises the error if none can be read.

    `counts` are those of these secureboxes; what the messages tell is noted in them.
    """
    started = fanout.start([partial(box.window, size) for box in mailboxes], mailboxes[0].consumer_id)
    found = fanout.finish(started, seconds)
    answers = dict(zip(mailboxes, found, strict=True))
    errors = [answer for answer in answers.values() if isinstance(answer, SecureMailError)]
    if len(errors) == len(answers):
        # One that may be over soon says best what to do.
        raise next((error for error in errors if isinstance(error, Unavailable)), errors[0])
    readings = [_reading(box, answer, counts) for box, answer in answers.items()]
    counts.store()
    return readings


def _reading(mailbox: Mailbox, answer: Page | SecureMailError, counts: Counts) -> Reading:
    known = counts.by_slug[mailbox.securebox.slug]
    if isinstance(answer, SecureMailError):
        return Reading(mailbox, None, known, all_unread=0)
    told = counts.note_page(mailbox, answer)
    shown = sum(entry.is_unread for entry in answer.entries)
    return Reading(mailbox, answer, told or unread.at_least(known, shown), told.count if told else None)


def newest_first(
    found: Iterable[tuple[Mailbox, Sequence[Conversation]]], now: datetime
) -> list[tuple[Mailbox, Conversation]]:
    """The conversations of several secureboxes in one order; those of each come in the order of its list.

    One without a date stays with its neighbours in the list. A date in the future, of a clock that is wrong, does not
    keep a message above those that really come later.
    """
    dated = [
        (moment, mailbox, conversation)
        for mailbox, conversations in found
        for moment, conversation in zip(_moments(conversations, now), conversations, strict=True)
    ]
    # Stable: conversations of the same moment stay in the order of their lists.
    dated.sort(key=lambda one: one[0], reverse=True)
    return [(mailbox, conversation) for _moment, mailbox, conversation in dated]


def _moments(conversations: Sequence[Conversation], now: datetime) -> list[datetime]:
    """When each was written last; without a date, when its older neighbour in the list was, or else its newer one."""
    dates = [conversation.newest.message.date for conversation in conversations]
    known = [min(date, now) if date else None for date in dates]
    by_older = _filled(reversed(known))[::-1]
    return [moment or _UNDATED for moment in _filled(by_older)]


def _filled(moments: Iterable[datetime | None]) -> list[datetime | None]:
    """Each that is missing becomes the one before it, if there is one."""
    filled: list[datetime | None] = []
    for moment in moments:
        filled.append(moment or (filled[-1] if filled else None))
    return filled
