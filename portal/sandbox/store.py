"""What can happen to a secure email: it is received, read, removed, opened by an agent, answered."""

from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.sandbox.models import Contact, Message
from portal.sandbox.strict_json import Json

Direction, Routing, Status = Message.Direction, Message.Routing, Message.Status

OPEN_ROUTINGS = (Routing.WAITING, Routing.WITH_AGENT)


class AlreadyHandledError(Exception):
    """The message was answered or withdrawn, or never needed an answer."""


def contact_for(address: str, *, first_name: str = "", last_name: str = "") -> Contact:
    """The contact with this address, created if it is unknown. Names that are given replace the stored ones."""
    names = {"first_name": first_name, "last_name": last_name}
    given = {field: name for field, name in names.items() if name}
    contact, _ = Contact.objects.update_or_create(address=address.lower(), defaults=given)
    return contact


def find(mail_id: str) -> Message | None:
    """The stored message with this id, even if it is deleted. Only the canonical form of a UUID is an id."""
    try:
        uuid = UUID(mail_id)
    except ValueError:
        return None
    if str(uuid) != mail_id:
        return None
    return Message.objects.select_related("contact").filter(uuid=uuid).first()


def visible_messages(contact: Contact, securebox: str, status: str) -> QuerySet[Message]:
    """The messages that the API lists and counts, the newest first. `status` is `all`, `read` or `unread`."""
    visible = Q(visible_at=None) | Q(visible_at__lte=timezone.now())
    messages = Message.objects.filter(visible, contact=contact, securebox=securebox, deleted=False)
    return messages if status == "all" else messages.filter(status=status)


def receive(
    contact: Contact,
    securebox: str,
    parent: Message | None = None,
    /,
    *,
    subject: str,
    text: str,
    operation_id: Json = None,
    userdata: dict[str, Any] | None = None,
) -> Message:
    """Store a consumer's new message: unread, and waiting for an agent. It begins a thread unless it has a parent."""
    return Message.objects.create(
        contact=contact,
        securebox=securebox,
        direction=Direction.INBOUND,
        routing=Routing.WAITING,
        subject=subject,
        text=text,
        from_name=contact.name,
        operation_id=operation_id,
        userdata={"GSYS_Queue": f"securemail.{securebox or 'default'}"} | (userdata or {}),
        thread_id=parent.thread_id if parent else uuid4(),
        parent_id=parent.uuid if parent else None,
    )


def mark_read(message: Message) -> None:
    message.status = Status.READ
    Message.objects.filter(pk=message.pk).update(status=Status.READ)


@transaction.atomic
def mark_read_and_stop_routing(message: Message) -> None:
    """Also take an inbound message out of routing if no agent has answered it."""
    mark_read(message)
    if Message.objects.filter(pk=message.pk, routing__in=OPEN_ROUTINGS).update(routing=Routing.STOPPED):
        message.routing = Routing.STOPPED


def mark_deleted(message: Message) -> None:
    """Take a message out of lists and counts. It is kept and still routed: the reference does not say otherwise."""
    Message.objects.filter(pk=message.pk).update(deleted=True)


def purge(message: Message) -> None:
    Message.objects.filter(pk=message.pk).delete()


def open_for_agent(message: Message) -> None:
    """An agent opens a waiting message, which marks it as read. Other messages do not change."""
    waiting = Message.objects.filter(pk=message.pk, routing=Routing.WAITING)
    waiting.update(routing=Routing.WITH_AGENT, status=Status.READ)


def write(
    contact: Contact,
    securebox: str,
    question: Message | None = None,
    /,
    *,
    subject: str,
    text: str = "",
    html: str = "",
    from_name: str = "",
) -> Message:
    """An agent's message to a contact. It begins a thread unless it answers another message."""
    return Message.objects.create(
        contact=contact,
        securebox=securebox,
        direction=Direction.OUTBOUND,
        subject=subject,
        text=text,
        html=html,
        from_name=from_name,
        thread_id=question.thread_id if question else uuid4(),
        parent_id=question.uuid if question else None,
    )


@transaction.atomic
def answer(question: Message, *, text: str = "", html: str = "", from_name: str = "") -> Message:
    """An agent's answer to a message. Raises AlreadyHandledError if it is not open any longer."""
    under_way = Message.objects.filter(pk=question.pk, routing__in=OPEN_ROUTINGS)
    if not under_way.update(routing=Routing.ANSWERED, status=Status.READ):
        raise AlreadyHandledError
    subject = question.subject
    return write(
        question.contact,
        question.securebox,
        question,
        subject=subject if subject.lower().startswith("re:") else f"Re: {subject}".rstrip(),
        text=text,
        html=html,
        from_name=from_name,
    )
