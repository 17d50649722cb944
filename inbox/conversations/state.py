"""What became of what a consumer wrote: the state of a conversation."""

from collections.abc import Collection, Sequence
from itertools import takewhile

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from inbox.entries import Entry


class State(TextChoices):
    SENT = "sent", _("Sent")
    WAITING = "waiting", _("Waiting for our reply")
    ANSWERED = "answered", _("Answered")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    CLOSED = "closed", _("Closed")


def state_of(entries: Sequence[Entry], withdrawn: Collection[str]) -> State | None:
    """The state of these messages, the oldest first; None if the consumer has asked nothing.

    `withdrawn` are ids of messages that the consumer withdrew. That an agent has read a message says nothing of an
    answer: it waits until one comes.
    """
    newest = entries[-1]
    if newest.message.closed:
        return State.CLOSED
    if newest.is_received:
        return State.ANSWERED if any(entry.is_own for entry in entries) else None
    if not newest.is_own:
        return None
    waiting = unanswered(entries, withdrawn)
    if not waiting:
        return State.WITHDRAWN
    # An API that does not tell whether a message was read does not tell that it waits, either.
    return State.SENT if waiting[-1].message.unread is None else State.WAITING


def unanswered(entries: Sequence[Entry], withdrawn: Collection[str]) -> list[Entry]:
    """The consumer's own messages since the last that came from somebody else, without those that they withdrew."""
    last = list(takewhile(lambda entry: entry.is_own, reversed(entries)))[::-1]
    return [entry for entry in last if entry.message.id not in withdrawn]
