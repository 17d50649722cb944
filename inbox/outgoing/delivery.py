"""What `manage.py deliver` does: everything that is due, once. Any number of processes may do it at the same time."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from inbox.access import Mailbox, open_mailbox
from inbox.models import OutgoingMessage
from inbox.outgoing import reconciling, schedule, sending

logger = logging.getLogger(__name__)

State = OutgoingMessage.State

_MOST = 500  # Messages in one sweep; the rest is due in the next.
_LOOK_SECONDS = 30.0  # For one message, where nobody waits for it.
_RESERVED = 60.0  # Seconds after which another process may look for it, should the one that does have died.

GoOn = Callable[[], bool]


def always() -> bool:
    return True


@dataclass(frozen=True)
class Swept:
    """How many messages were tried and looked for, were left in doubt by a process that died, and were forgotten."""

    tried: int = 0
    looked_for: int = 0
    expired: int = 0
    forgotten: int = 0

    @property
    def any(self) -> bool:
        return bool(self.tried or self.looked_for or self.expired or self.forgotten)

    def __str__(self) -> str:
        return (
            f"{self.tried} tried, {self.looked_for} looked for,"
            f" {self.expired} left in doubt, {self.forgotten} old ones forgotten"
        )


def sweep(go_on: GoOn = always) -> Swept:
    """One round, or the beginning of one where `go_on` says no.

    Raises nothing for an upstream that fails; what was due stays so, for later.
    """
    return Swept(
        expired=expire_claims(),
        tried=send_due(go_on),
        looked_for=look_for_due(go_on=go_on),
        forgotten=forget_old(),
    )


def expire_claims(rows: QuerySet[OutgoingMessage] | None = None) -> int:
    """Whoever claimed these died, and nobody knows how far they came."""
    rows = OutgoingMessage.objects.all() if rows is None else rows
    expired = rows.filter(state=State.SENDING, due_at__lte=timezone.now())
    return sum(sending.doubt(message) for message in expired[:_MOST])


def send_due(go_on: GoOn = always) -> int:
    """Try what is due. A box that does not answer rests until the next sweep, and the others go on."""
    resting: set[int] = set()
    tried = 0
    while tried < _MOST and go_on() and (message := sending.claim_next(resting)):
        tried += 1
        mailbox = _mailbox_of(message)
        if mailbox is None:
            sending.give_up(message)
            continue
        with _the_others_go_on():
            sending.attempt(message, mailbox)
        message.refresh_from_db(fields=["state", "reason"])
        if message.state not in (State.SENT, State.FAILED) and message.reason != "key":
            resting.add(message.securebox_id)
    return tried


def look_for_due(
    rows: QuerySet[OutgoingMessage] | None = None,
    *,
    most: int = _MOST,
    seconds: float = _LOOK_SECONDS,
    go_on: GoOn = always,
) -> int:
    """Look for what is in doubt and due. Also for the rows of one consumer, when they look themselves."""
    rows = OutgoingMessage.objects.all() if rows is None else rows
    due = rows.filter(state=State.UNCONFIRMED, due_at__lte=timezone.now())
    looked = 0
    for message in due.select_related("consumer", "securebox").order_by("due_at")[:most]:
        if not (go_on() and _reserve_look(message)):
            continue
        if mailbox := _mailbox_of(message):
            with _the_others_go_on():
                looked += reconciling.look_for(message, mailbox, seconds)
    return looked


def _reserve_look(message: OutgoingMessage) -> bool:
    """So that of several processes one looks."""
    rows = OutgoingMessage.objects.filter(pk=message.pk, state=State.UNCONFIRMED, due_at=message.due_at)
    return rows.update(due_at=schedule.after(_RESERVED)) == 1


def forget_old() -> int:
    """Drafts that nobody came back to, and what is over. Whatever is under way or in doubt stays."""
    before = timezone.now() - timedelta(days=settings.PORTAL_DRAFT_DAYS)
    over = (State.DRAFT, State.SENT, State.FAILED, State.DISCARDED)
    # Saved and settled: what was refused or found at last is kept for as long, for its writer to learn of it.
    settled = Q(settled_at=None) | Q(settled_at__lt=before)
    old = OutgoingMessage.objects.filter(settled, state__in=over, saved_at__lt=before)
    return old.delete()[0]


@contextmanager
def _the_others_go_on() -> Iterator[None]:
    """A fault of ours with one message stops no other. A database that is away concerns them all."""
    try:
        yield
    except DatabaseError:
        raise
    except Exception:
        logger.exception("An outgoing message could not be dealt with")


def _mailbox_of(message: OutgoingMessage) -> Mailbox | None:
    """None where its writer may not use the box any more, or has no proved address."""
    try:
        return open_mailbox(message.consumer, message.securebox.slug)
    except (Http404, PermissionDenied):
        return None
