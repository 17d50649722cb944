"""What `manage.py deliver` does: everything that is due, once. Any number of processes may run it at the same time."""

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

from inbox.access import Mailbox, mailbox_of
from inbox.models import OutgoingMessage
from inbox.outgoing import reconciling, schedule, sending, sending_mark, transitions
from portal import request_context

logger = logging.getLogger(__name__)

State = OutgoingMessage.State

_BATCH = 500  # Messages in one run; the rest stays due for the next.
_LOOKUP_SECONDS = 30.0  # For one message, where no page waits for the result.
_RESERVED = (
    60.0  # Seconds after which another process may look a message up, in case the one that reserved it died.
)

KeepGoing = Callable[[], bool]


def always() -> bool:
    return True


@dataclass(frozen=True)
class DeliveryRun:
    """How many messages were tried, looked up, left unconfirmed by a process that died, and deleted for their age."""

    tried: int = 0
    looked_up: int = 0
    expired: int = 0
    deleted: int = 0

    @property
    def did_anything(self) -> bool:
        return bool(self.tried or self.looked_up or self.expired or self.deleted)

    def __str__(self) -> str:
        return (
            f"{self.tried} tried, {self.looked_up} looked for,"
            f" {self.expired} left in doubt, {self.deleted} old ones forgotten"
        )


def run(keep_going: KeepGoing = always) -> DeliveryRun:
    """Do everything that is due, until `keep_going` says no.

    An API that fails raises nothing here: what was due stays due for later. Raises sending_mark.DatabaseIsOlder.
    """
    request_context.begin()  # The round has an id of its own, in the log and for the API.
    sending_mark.require_current()
    return DeliveryRun(
        expired=expire_claims(),
        tried=send_due(keep_going),
        looked_up=look_up_due(keep_going=keep_going),
        deleted=delete_old(),
    )


def expire_claims(rows: QuerySet[OutgoingMessage] | None = None) -> int:
    """Mark messages as unconfirmed after their claim has expired.

    The process that claimed them died; we don't know whether the request was sent.
    """
    rows = OutgoingMessage.objects.all() if rows is None else rows
    expired = rows.filter(state=State.SENDING, due_at__lte=timezone.now())
    return sum(transitions.mark_unconfirmed(message) for message in expired.order_by("due_at")[:_BATCH])


def send_due(keep_going: KeepGoing = always) -> int:
    """Try each message that is due.

    After a failure, the rest of its writer's messages to that securebox wait for the next run; after failures of
    several writers, everyone's do. Raises sending_mark.DatabaseIsOlder.
    """
    skipped = sending.Skipped()
    tried = 0
    while tried < _BATCH and keep_going() and (message := sending.claim_next(skipped)):
        tried += 1
        mailbox = _mailbox_for(message)
        if mailbox is None:
            transitions.mark_failed(message, "closed")
            continue
        with _isolated():
            sending.attempt(message, mailbox)
        # Neither settled nor gone, as when its writer has closed the account meanwhile: it waits for the API.
        unsettled = OutgoingMessage.objects.filter(pk=message.pk).exclude(
            state__in=(State.SENT, State.FAILED)
        )
        if waiting := unsettled.exclude(reason=sending.NO_KEY).first():
            skipped.add(waiting)
    return tried


def look_up_due(
    rows: QuerySet[OutgoingMessage] | None = None,
    *,
    limit: int = _BATCH,
    seconds: float = _LOOKUP_SECONDS,
    keep_going: KeepGoing = always,
) -> int:
    """Look up the unconfirmed messages that are due. Pages use it too, for the rows of their consumer.

    While the API does not answer for a securebox, one message stands for the others there, as when sending. Once it
    answers, all are due.
    """
    rows = OutgoingMessage.objects.all() if rows is None else rows
    skipped = sending.Skipped()
    looked_up = 0
    for _ in range(limit):
        due = rows.filter(state=State.UNCONFIRMED, due_at__lte=timezone.now()).exclude(skipped.messages())
        message = due.select_related("consumer", "securebox").order_by("due_at").first()
        if message is None or not keep_going():
            break
        if not transitions.reserve_lookup(message, schedule.after(_RESERVED)):
            continue
        if mailbox := _mailbox_for(message):
            with _isolated():
                looked_up += reconciling.look_up(message, mailbox, seconds)
        if unanswered := OutgoingMessage.objects.filter(
            pk=message.pk, unanswered_since__isnull=False
        ).first():
            skipped.add(unanswered)
    return looked_up


def delete_old() -> int:
    """Delete abandoned drafts and settled messages, and never one that is queued, being sent or unconfirmed.

    So many at most in one run: others write to the table meanwhile.
    """
    before = timezone.now() - timedelta(days=settings.PORTAL_DRAFT_DAYS)
    settled = (State.DRAFT, State.SENT, State.FAILED, State.DISCARDED)
    # Old by both dates: a message that failed or was found only recently is kept until its writer could see that.
    old = Q(settled_at=None) | Q(settled_at__lt=before)
    rows = OutgoingMessage.objects.filter(old, state__in=settled, saved_at__lt=before)
    batch = list(rows.order_by("saved_at").values_list("pk", flat=True)[:_BATCH])
    # The conditions again: its writer may have gone on with one since.
    return rows.filter(pk__in=batch).delete()[0] if batch else 0


@contextmanager
def _isolated() -> Iterator[None]:
    """A bug that one message triggers must not stop the others. A database failure concerns them all."""
    try:
        yield
    except DatabaseError:
        raise
    except Exception:
        logger.exception("An outgoing message could not be dealt with")


def _mailbox_for(message: OutgoingMessage) -> Mailbox | None:
    """None if its writer may not use the securebox any longer, or has no verified address."""
    try:
        return mailbox_of(message.consumer, message.securebox.slug)
    except (Http404, PermissionDenied):
        return None
