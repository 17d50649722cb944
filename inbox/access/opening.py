"""Who may use which securebox: the only module that makes a `Mailbox`."""

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, QuerySet, Value
from django.http import Http404
from django.utils import timezone

from inbox.access.mailbox import Mailbox
from inbox.access.records import Records, records_of, with_records
from inbox.models import LIMITED, Securebox
from portal.accounts.models import Consumer, ConsumerRequest
from portal.database.prepared import PreparedQuery


def open_mailbox(request: ConsumerRequest, slug: str) -> Mailbox:
    """The consumer's view of the securebox with this slug.

    Raises Http404 if it does not exist or they may not use it here, PermissionDenied if their address is not verified.
    """
    return _with_slug(slug, open_mailboxes(request))


def open_mailboxes(request: ConsumerRequest, *, for_poll: bool = False) -> tuple[Mailbox, ...]:
    """Every securebox that the consumer may use in this request, in the operator's order.

    A page inside a company's website is limited to `request.allowed_slugs`. A poll has no use for their records. Raises
    PermissionDenied if the consumer's address is not verified.
    """
    # Kept with the request, since its view and its navigation both ask; by consumer, since a view may sign another in.
    opened: dict[int, tuple[Mailbox, ...]] = vars(request).setdefault("_mailboxes", {})
    consumer = request.user
    if consumer.pk not in opened:
        is_reading = request.method in ("GET", "HEAD") and not for_poll
        opened[consumer.pk] = _mailboxes(consumer, allowed_slugs(request), is_reading=is_reading)
    return opened[consumer.pk]


def allowed_slugs(request: ConsumerRequest) -> frozenset[str] | None:
    """The secureboxes that this request may show; None if it may show all that the consumer may use."""
    slugs: frozenset[str] | None = getattr(request, "allowed_slugs", None)
    return slugs


def records_for(request: ConsumerRequest) -> Records:
    """What the portal itself has of the consumer."""
    return next((mailbox.records for mailbox in open_mailboxes(request)), Records())


def mailbox_of(consumer: Consumer, slug: str) -> Mailbox:
    """The same as `open_mailbox`, for commands, which have no request."""
    return _with_slug(slug, _mailboxes(consumer))


def mailboxes_of(consumer: Consumer) -> tuple[Mailbox, ...]:
    """The same as `open_mailboxes`, where the request is not the consumer's own."""
    return _mailboxes(consumer)


def is_still_open(mailbox: Mailbox) -> bool:
    """Whether its consumer may still use it, as the database has it now: for what takes longer than a page."""
    consumer = Consumer.objects.filter(pk=mailbox.consumer_id).first()
    try:
        return consumer is not None and mailbox in _mailboxes(consumer)
    except PermissionDenied:
        return False


def _open_to(consumer_id: Value, email: Value) -> QuerySet[Securebox]:
    """None, unless the address is verified."""
    return Securebox.objects.open_to(consumer_id).filter(Exists(Consumer.proofs(consumer_id, email)))


def _open_to_with_records(consumer_id: Value, email: Value, since: Value) -> QuerySet[Securebox]:
    return with_records(_open_to(consumer_id, email), consumer_id, since)


_boxes, _boxes_with_records = PreparedQuery(_open_to), PreparedQuery(_open_to_with_records)


def _with_slug(slug: str, mailboxes: tuple[Mailbox, ...]) -> Mailbox:
    for mailbox in mailboxes:
        if mailbox.securebox.slug == slug:
            return mailbox
    raise Http404


def _mailboxes(
    consumer: Consumer, slugs: frozenset[str] | None = None, *, is_reading: bool = False
) -> tuple[Mailbox, ...]:
    """Asks the database once, since every page and poll needs it; where no securebox is found, once more why."""
    # Read once: a request's user looks them up by several calls each time.
    pk, address = consumer.pk, consumer.email
    if is_reading:
        boxes = _boxes_with_records(consumer_id=pk, email=address, since=timezone.now() - LIMITED)
    else:
        boxes = _boxes(consumer_id=pk, email=address)
    shown = [box for box in boxes if slugs is None or box.slug in slugs] if consumer.is_active else []
    mailboxes = tuple(Mailbox(pk, address, box, records_of(box)) for box in shown)
    if not mailboxes and consumer.verified_address() is None:
        raise PermissionDenied
    return mailboxes
