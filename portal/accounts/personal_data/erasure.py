import secrets

from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, Value, When

from portal.accounts import deletion
from portal.accounts.audit import activity
from portal.accounts.audit.activity import Event
from portal.accounts.emails import queue
from portal.accounts.models import Activity, Invitation
from portal.accounts.personal_data.person import Person
from portal.accounts.personal_data.sessions import sessions_of

# In the lines of these events, the detail is an address or a device; in all others, a fixed word of ours.
_PERSONAL_DETAILS = (
    Event.ADDRESS_ASKED_FOR,
    Event.ADDRESS_CHANGED,
    Event.DEVICE_SIGNED_OUT,
    Event.SESSION_MOVED,
)


class OperatorKept(Exception):
    """The account is an operator's. Take the rights from it first: what operators do has to have a name."""


def erase(person: Person) -> str:
    """Close the account and remove whatever names the person. Returns the name that the log has for them from now on.

    Their lines stay, with time, event, mailbox and number, until PORTAL_ACTIVITY_DAYS are over; address, device,
    network address and request are gone. Lines on what they did as an operator to others stay unchanged. If the address
    was verified, its owner is told by mail. Raises OperatorKept.
    """
    consumer, pseudonym = person.consumer, f"erased-{secrets.token_hex(4)}"
    if consumer and consumer.is_staff:
        raise OperatorKept
    is_verified = consumer is not None and consumer.verified_address() is not None
    with transaction.atomic():
        for row, _content in sessions_of(person):
            row.delete()
        _forget_elsewhere(person)
        _anonymise(person.lines(), pseudonym)
        if consumer:
            deletion.remove(consumer, None, detail="erased")
        else:
            activity.record_operator_action(Event.ACCOUNT_CLOSED, person.account, None, detail="erased")
        # The line that was just written.
        _anonymise(Person(person.address, None).lines(), pseudonym)
        if is_verified:
            deletion.tell_owner(person.address)
    return pseudonym


def _forget_elsewhere(person: Person) -> None:
    queue.of_recipient(person.address).delete()
    history = Q(object_repr=person.address)
    if person.consumer:
        history |= Q(content_type__model="consumer", object_id=str(person.consumer.pk))
    LogEntry.objects.filter(history).delete()
    Invitation.objects.filter(invited_by=person.address).update(invited_by="")
    _rewrite(person.asked_for_elsewhere(), detail="")
    EmailAddress.objects.filter(pk__in=person.entered_elsewhere().values("pk")).delete()


def _anonymise(lines: QuerySet[Activity], pseudonym: str) -> None:
    detail = Case(When(event__in=_PERSONAL_DETAILS, then=Value("")), default=F("detail"))
    own = Q(by="")  # On the others, device and network are the operator's.
    _rewrite(lines, address=pseudonym, detail=detail)
    _rewrite(lines.model.objects.filter(own, address=pseudonym), device="", network=None, request_id="")


def _rewrite(lines: QuerySet[Activity], **fields: object) -> None:
    """The default manager refuses to change lines of the log: this is the only place that does."""
    Activity._base_manager.filter(pk__in=lines.order_by().values("pk")).update(**fields)
