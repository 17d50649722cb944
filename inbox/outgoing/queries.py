"""A consumer's outgoing messages, for the pages that show them."""

import logging
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from inbox import references
from inbox.access import Mailbox, allowed_slugs, open_mailboxes, records_for
from inbox.models import LIMITED, OutgoingMessage, OutgoingRows, Securebox
from inbox.outgoing import delivery, sending, transitions
from inbox.outgoing.content import Content, decrypt
from portal import encryption
from portal.accounts.models import ConsumerRequest

logger = logging.getLogger(__name__)

State = OutgoingMessage.State

_NEWS = (State.SENT, State.FAILED, State.UNCONFIRMED)
_MAX_SENT = 20


@dataclass(frozen=True)
class OutgoingItem:
    """An outgoing message with its mailbox, which is None if its writer may not use the securebox any longer."""

    message: OutgoingMessage
    mailbox: Mailbox | None

    @property
    def securebox(self) -> Securebox:
        return self.message.securebox

    @cached_property
    def content(self) -> Content | None:
        """None if its encryption key is missing."""
        try:
            return decrypt(self.message)
        except encryption.KeyMissing as error:
            logger.error("What a consumer wrote cannot be decrypted: %s", error)
            return None

    @cached_property
    def sent_reference(self) -> str | None:
        """The reference under which its securebox lists it, if it is known to be sent. No API call."""
        if self.mailbox is None or self.content is None:
            return None
        return self.mailbox.reference_to_sent(self.message, self.content.address)

    @property
    def is_draft(self) -> bool:
        return self.message.state == State.DRAFT

    @property
    def is_open(self) -> bool:
        """Whether it is not settled, or has an outcome that the consumer has not seen."""
        return self.is_news or self.message.state not in (State.SENT, State.DISCARDED)

    @property
    def is_news(self) -> bool:
        return not self.message.seen and self.message.state in _NEWS

    @property
    def as_told(self) -> str:
        """The message and its state, as the form of a notice names them."""
        return f"{self.message.nonce} {self.message.state}"

    @property
    def is_under_way(self) -> bool:
        """Whether it was submitted, and is not known to have arrived."""
        return self.message.state not in (State.DRAFT, State.SENT, State.DISCARDED)

    @property
    def is_due(self) -> bool:
        """Whether its state can be brought up to date now."""
        due_at, state = self.message.due_at, self.message.state
        return due_at is not None and due_at <= timezone.now() and state in (State.SENDING, State.UNCONFIRMED)


def items(request: ConsumerRequest) -> tuple[OutgoingItem, ...]:
    """Messages that are not settled, or have an outcome that the consumer has not seen."""
    return tuple(item for item in _current(request) if item.is_open)


def begun(request: ConsumerRequest, mailbox: Mailbox, answered: str) -> list[OutgoingItem]:
    """Drafts of answers to this message, or of new messages to the securebox for an empty reference; newest first."""
    # The rows may hold references that a former SECRET_KEY signed.
    same = references.equivalents(answered, mailbox.address, mailbox.securebox.full_name)
    return [item for item in _in(mailbox, items(request)) if item.is_draft and item.message.reply in same]


def current_rows(request: ConsumerRequest, mailbox: Mailbox) -> list[OutgoingMessage]:
    """All that the limits on sending to this securebox look at."""
    return [item.message for item in _in(mailbox, _current(request))]


def with_content(shown: Sequence[OutgoingItem]) -> Sequence[OutgoingItem]:
    """The same items, with their content, which is loaded in one query."""
    without = [item.message for item in shown if "encrypted_content" in item.message.get_deferred_fields()]
    if without:
        rows = OutgoingMessage.objects.filter(pk__in=[message.pk for message in without])
        contents = dict(rows.values_list("pk", "encrypted_content"))
        for message in without:
            message.encrypted_content = contents.get(message.pk, "")
    return shown


def in_box(request: ConsumerRequest, mailbox: Mailbox) -> list[OutgoingItem]:
    """The items of one securebox, brought up to date. For pages that have just shown its list: so the API answers."""
    if any(item.message.unanswered_since for item in _in(mailbox, items(request))):
        transitions.resume_lookups(mailbox.securebox.pk)
        _loaded(request).clear()
    if due := [item.message.pk for item in _in(mailbox, items(request)) if item.is_due]:
        update_due(OutgoingMessage.objects.filter(pk__in=due))
        _loaded(request).clear()
    return _in(mailbox, items(request))


def update_due(rows: QuerySet[OutgoingMessage]) -> None:
    """Bring rows up to date while the consumer waits: at most one lookup, within the deadline of a page."""
    delivery.look_up_due(rows, limit=1, seconds=settings.SECUREMAIL_DEADLINE)
    delivery.expire_claims(rows)


def sent(request: ConsumerRequest) -> tuple[OutgoingItem, ...]:
    """The last messages that arrived."""
    rows = _rows(request).filter(state=State.SENT).order_by("-settled_at")
    return _items(request, rows[:_MAX_SENT])


def item(request: ConsumerRequest, nonce: str | uuid.UUID) -> OutgoingItem:
    """Raises Http404 unless it is the consumer's own."""
    try:
        rows = _rows(request).filter(nonce=uuid.UUID(str(nonce)))
    except ValueError:
        raise Http404 from None
    for found in _items(request, rows):
        return found
    raise Http404


def number_not_let_in() -> int:
    """How many messages of all consumers wait because the API refuses the portal."""
    return OutgoingMessage.objects.filter(state=State.QUEUED, reason=sending.NOT_LET_IN).count()


def mark_seen(shown: Sequence[OutgoingItem]) -> None:
    """The consumer has seen these items in these states."""
    for state in _NEWS:
        news = [one.message.pk for one in shown if one.is_news and one.message.state == state]
        if news:
            transitions.mark_seen(news, state)
    for one in shown:
        one.message.seen = True


def sent_as(request: ConsumerRequest, mailbox: Mailbox, message_id: str) -> OutgoingMessage | None:
    """The row from which the consumer's message with this id was sent, unless it was deleted for its age."""
    rows = _rows(request).filter(securebox=mailbox.securebox, state=State.SENT)
    return rows.filter(secure_mail_id=message_id).first()


def answered_by(sent: Mapping[Mailbox, Sequence[str]]) -> dict[Mailbox, dict[str, str]]:
    """Which message each answer answers: the ids of these sent messages that answer one, by mailbox.

    The mailboxes are one consumer's. One query, if there are answers. Rows are deleted for their age, so older answers
    are not among them.
    """
    answered: dict[Mailbox, dict[str, str]] = {mailbox: {} for mailbox in sent}
    ids = [message_id for box, found in sent.items() if box.records.answers for message_id in found]
    if not ids:
        return answered
    boxes = {mailbox.securebox.pk: mailbox for mailbox in sent}
    consumer_id = next(iter(sent)).consumer_id
    rows = OutgoingMessage.objects.sent_answers().filter(consumer=consumer_id, securebox__in=boxes)
    rows = rows.filter(secure_mail_id__in=ids)
    for box, message_id, reply in rows.values_list("securebox", "secure_mail_id", "reply"):
        if other := _answered_id(reply, boxes[box]):
            answered[boxes[box]][message_id] = other
    return answered


def answering(request: ConsumerRequest, mailbox: Mailbox, ids: Collection[str]) -> list[OutgoingItem]:
    """Drafts of answers to one of these messages, and answers that are not known to have arrived."""
    return [
        item
        for item in _in(mailbox, items(request))
        if item.message.reply
        and item.message.state != State.SENT
        and _answered_id(item.message.reply, mailbox) in ids
    ]


def answered_by_drafts(request: ConsumerRequest) -> dict[int, set[str]]:
    """The ids of the messages that drafts of answers answer, by the primary key of their securebox.

    No query of its own: the head of each page asks for the same rows.
    """
    answered: dict[int, set[str]] = {}
    for item in items(request):
        if item.is_draft and item.mailbox and item.message.reply:
            ids = answered.setdefault(item.message.securebox_id, set())
            ids.add(_answered_id(item.message.reply, item.mailbox))
    return answered


def _answered_id(reply: str, mailbox: Mailbox) -> str:
    """Empty if the reference is void, for instance since the consumer has changed their address."""
    try:
        return mailbox.message_id(reply)
    except Http404:
        return ""


def _current(request: ConsumerRequest) -> tuple[OutgoingItem, ...]:
    """What pages show, count or look at for the limits. One query for each request, if there is anything."""
    if not records_for(request).outgoing:
        return ()
    loaded = _loaded(request)
    consumer_id = request.user.pk
    if consumer_id not in loaded:
        rows = _rows(request).current(timezone.now() - LIMITED).defer("encrypted_content")
        loaded[consumer_id] = _items(request, rows)
    return loaded[consumer_id]


def _in(mailbox: Mailbox, found: Sequence[OutgoingItem]) -> list[OutgoingItem]:
    return [item for item in found if item.message.securebox_id == mailbox.securebox.pk]


def _loaded(request: ConsumerRequest) -> dict[int, tuple[OutgoingItem, ...]]:
    """What this request has loaded, by consumer, since a view may sign in another one."""
    loaded: dict[int, tuple[OutgoingItem, ...]] = vars(request).setdefault("_outgoing", {})
    return loaded


def _rows(request: ConsumerRequest) -> OutgoingRows:
    rows = OutgoingMessage.objects.filter(consumer=request.user)
    slugs = allowed_slugs(request)
    return rows if slugs is None else rows.filter(securebox__slug__in=slugs)


def _items(request: ConsumerRequest, rows: QuerySet[OutgoingMessage]) -> tuple[OutgoingItem, ...]:
    mailboxes = {mailbox.securebox.pk: mailbox for mailbox in open_mailboxes(request)}
    return tuple(
        OutgoingItem(row, mailboxes.get(row.securebox_id)) for row in rows.select_related("securebox")
    )
