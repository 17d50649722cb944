"""What a consumer has under way, for the pages that show it."""

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from inbox.access import Mailbox, open_mailboxes
from inbox.models import OutgoingMessage, Securebox
from inbox.outgoing import delivery
from inbox.outgoing.content import Content, unseal
from portal import encryption
from portal.accounts.models import Consumer

logger = logging.getLogger(__name__)

State = OutgoingMessage.State

_NEWS = (State.SENT, State.FAILED, State.UNCONFIRMED)
_SENT_SHOWN = 20


@dataclass(frozen=True)
class Item:
    """An outgoing message. `mailbox` is None where its writer may not use the box any more.

    `content` is None where its key is missing.
    """

    message: OutgoingMessage
    mailbox: Mailbox | None

    @property
    def securebox(self) -> Securebox:
        return self.message.securebox

    @cached_property
    def content(self) -> Content | None:
        try:
            return unseal(self.message)
        except encryption.KeyMissing as error:
            logger.error("What a consumer wrote cannot be decrypted: %s", error)
            return None

    @property
    def is_news(self) -> bool:
        return not self.message.seen and self.message.state in _NEWS

    @property
    def is_under_way(self) -> bool:
        """Whether it was to be sent, and is not known to have arrived."""
        return self.message.state not in (State.DRAFT, State.SENT, State.DISCARDED)

    @property
    def is_due(self) -> bool:
        """Whether there is something to find out about it now."""
        due_at, state = self.message.due_at, self.message.state
        return due_at is not None and due_at <= timezone.now() and state in (State.SENDING, State.UNCONFIRMED)


def items(consumer: Consumer) -> tuple[Item, ...]:
    """Everything that is not over, and what is over without its writer knowing. One query for a whole request."""
    remembered: tuple[Item, ...] | None = getattr(consumer, "_outgoing", None)
    if remembered is None:
        open_ended = Q(seen=False) | ~Q(state=State.SENT)
        rows = _rows(consumer).filter(open_ended).exclude(state=State.DISCARDED)
        remembered = _items(rows.defer("encrypted_content"), consumer)
        setattr(consumer, "_outgoing", remembered)  # noqa: B010  The model knows nothing of items.
    return remembered


def with_words(shown: Sequence[Item]) -> Sequence[Item]:
    """The same, their words fetched in one query."""
    rows = OutgoingMessage.objects.filter(pk__in=[item.message.pk for item in shown])
    sealed = dict(rows.values_list("pk", "encrypted_content"))
    for item in shown:
        item.message.encrypted_content = sealed.get(item.message.pk, "")
    return shown


def in_box(consumer: Consumer, mailbox: Mailbox) -> list[Item]:
    """What is under way in one box, after finding out what is due there."""
    mine = [item for item in items(consumer) if item.message.securebox_id == mailbox.securebox.pk]
    if due := [item.message.pk for item in mine if item.is_due]:
        rows = OutgoingMessage.objects.filter(pk__in=due)
        find_out(rows)
        delattr(consumer, "_outgoing")
        mine = [item for item in items(consumer) if item.message.securebox_id == mailbox.securebox.pk]
    return mine


def find_out(rows: QuerySet[OutgoingMessage]) -> None:
    """Do what is due for these, while a person waits for the page: at most one look upstream, within its deadline."""
    delivery.look_for_due(rows, most=1, seconds=settings.SECUREMAIL_DEADLINE)
    delivery.expire_claims(rows)


def sent(consumer: Consumer) -> tuple[Item, ...]:
    """The last few that arrived."""
    rows = _rows(consumer).filter(state=State.SENT).order_by("-settled_at")
    return _items(rows[:_SENT_SHOWN], consumer)


def item(consumer: Consumer, nonce: str | uuid.UUID) -> Item:
    """Raises Http404 unless it is this consumer's own."""
    try:
        rows = _rows(consumer).filter(nonce=uuid.UUID(str(nonce)))
    except ValueError:
        raise Http404 from None
    for found in _items(rows, consumer):
        return found
    raise Http404


def mark_told(shown: Sequence[Item]) -> None:
    """Their writer has seen them in these states; what changed in the meantime is still to be told."""
    for state in _NEWS:
        news = [one.message.pk for one in shown if one.is_news and one.message.state == state]
        if news:
            OutgoingMessage.objects.filter(pk__in=news, state=state).update(seen=True)
    for one in shown:
        one.message.seen = True


def with_receipt(mailbox: Mailbox, consumer: Consumer, message_id: str) -> OutgoingMessage | None:
    """The row that this mail of theirs was sent from, while there still is one."""
    rows = _rows(consumer).filter(securebox=mailbox.securebox, state=State.SENT)
    return rows.filter(secure_mail_id=message_id).first()


def _rows(consumer: Consumer) -> QuerySet[OutgoingMessage]:
    rows = OutgoingMessage.objects.filter(consumer=consumer)
    return rows if consumer.boxes_here is None else rows.filter(securebox__slug__in=consumer.boxes_here)


def _items(rows: QuerySet[OutgoingMessage], consumer: Consumer) -> tuple[Item, ...]:
    mailboxes = {mailbox.securebox.pk: mailbox for mailbox in open_mailboxes(consumer)}
    return tuple(Item(row, mailboxes.get(row.securebox_id)) for row in rows.select_related("securebox"))
