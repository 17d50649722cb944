"""From "Send" to an outcome. One row for each form, committed before the first byte; one attempt at a time.

Each step is a conditional update: it happens for one caller, and for nobody if the state has changed meanwhile.
What cannot be known is neither repeated nor called sent or failed: it is unconfirmed, and said to be.
"""

import logging
import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from inbox import unread
from inbox.access import Mailbox
from inbox.failures import log_failure
from inbox.models import OutgoingMessage
from inbox.outgoing import drafts, schedule
from inbox.outgoing.compose_token import Form
from inbox.outgoing.content import Content, seal, unseal
from inbox.securemail import NewMessage, SecureMailError, Sent, Unavailable
from portal import encryption
from portal.accounts.audit import activity
from portal.accounts.audit.activity import Event
from portal.accounts.models import Consumer

logger = logging.getLogger(__name__)

State = OutgoingMessage.State


def submit(form: Form, mailbox: Mailbox, content: Content, page: drafts.Page) -> OutgoingMessage:
    """Take over what is to be sent: committed when this returns. A form is taken once.

    Raises drafts.NoDraft where it was taken before, with the row that it became; drafts.Conflict where another
    window has changed the draft; BadForm.
    """
    content = content.about_to_be_sent(mailbox.address)
    now = timezone.now()
    fields: dict[str, Any] = {
        "encrypted_content": seal(content, form.consumer_id, form.nonce),
        **page.as_fields(),
        "state": State.QUEUED,
        "seen": False,
        "reason": "",
        "operation_id": uuid.uuid4(),
        "attempts": 0,
        "unconfirmed_attempts": 0,
        "queued_at": now,
        "tried_since": now,
        # Its own request sends it first. Should that one die here, `deliver` takes over.
        "due_at": schedule.after(schedule.SEND_AGAIN[0]),
    }
    return drafts.replace_draft(form, page, fields) or drafts.create(form, mailbox.securebox, fields)


def claim(message: OutgoingMessage) -> bool:
    """Reserve the next attempt for this caller. Committed, or the message could be sent twice after a crash."""
    with transaction.atomic(durable=True):
        return _claim(message.pk)


def claim_next(resting: set[int]) -> OutgoingMessage | None:
    """The message that has been due for longest, claimed; none of the boxes that rest. Safe on many machines."""
    due = OutgoingMessage.objects.filter(state=State.QUEUED, due_at__lte=timezone.now())
    due = due.exclude(securebox__in=resting).order_by("due_at")
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True, of=("self",))
    with transaction.atomic(durable=True):
        message = due.first()
        if message is None or not _claim(message.pk):
            return None
    return OutgoingMessage.objects.select_related("consumer", "securebox").get(pk=message.pk)


def _claim(pk: int) -> bool:
    claimed = OutgoingMessage.objects.filter(pk=pk, state=State.QUEUED).update(
        state=State.SENDING,
        claim=uuid.uuid4(),
        claimed_at=timezone.now(),
        attempts=F("attempts") + 1,
        due_at=schedule.after(schedule.claim_seconds()),
    )
    return claimed == 1


def send_now(message: OutgoingMessage, mailbox: Mailbox, request: HttpRequest) -> None:
    """One attempt, unless somebody else is making it. `request` is that of its writer, for the activity log."""
    if claim(message):
        message.refresh_from_db()
        attempt(message, mailbox, request)


def attempt(message: OutgoingMessage, mailbox: Mailbox, request: HttpRequest | None = None) -> None:
    """Send a message that this caller has claimed, and write down what came of it."""
    try:
        compose = _compose(message, mailbox)
    except encryption.KeyMissing:
        logger.exception("An outgoing message cannot be sent: FIELD_ENCRYPTION_KEYS lacks its key")
        return _not_sent(message, "key")
    if compose is None:
        return _failed(message, "address")
    if message.due_at is None or message.due_at < schedule.after(settings.SECUREMAIL_SEND_DEADLINE):
        # This process was held up: the call could outlive its claim, and others would think it had died.
        return _not_sent(message, "unavailable")
    try:
        sent = mailbox.send(compose, str(message.operation_id))
    except SecureMailError as error:
        log_failure(error)
        _settle_failure(message, error)
    else:
        settle_sent(message, sent, request)
    finally:
        unread.forget(mailbox)


def _compose(message: OutgoingMessage, mailbox: Mailbox) -> NewMessage | None:
    """None where the consumer has another address by now: the message would arrive under the wrong one."""
    content = unseal(message)
    if content.address != mailbox.address:
        return None
    consumer: Consumer = message.consumer
    key = mailbox.securebox.operation_key
    return NewMessage(
        address=content.address,
        first_name=consumer.first_name,
        last_name=consumer.last_name,
        subject=content.subject,
        text=content.message(),
        user_data={key: str(message.operation_id)} if key else {},
    )


def _settle_failure(message: OutgoingMessage, error: SecureMailError) -> None:
    if not error.certainly_not_sent:
        doubt(message)
    elif isinstance(error, Unavailable):
        _not_sent(message, "unavailable")
    else:
        _failed(message, "refused")


@transaction.atomic
def settle_sent(message: OutgoingMessage, sent: Sent, request: HttpRequest | None) -> None:
    """It arrived: the words are with the contact centre now, and erased here."""
    fields = _arrived(message, sent.id or "")
    try:
        with transaction.atomic():
            settled = _settle(message, **fields)
    except IntegrityError:
        # Upstream gave the id of another message. It was accepted all the same, under a name that is of no use.
        settled = _settle(message, **{**fields, "secure_mail_id": ""})
    if settled:
        _log_sent(message, request)


@transaction.atomic
def settle_found(message: OutgoingMessage, message_id: str) -> None:
    """It was in doubt, and is there. Raises IntegrityError where the mail of this id is another row's."""
    rows = OutgoingMessage.objects.filter(pk=message.pk, state=State.UNCONFIRMED)
    fields = {"seen": False, "settled_at": timezone.now(), **_arrived(message, message_id)}
    if rows.update(unconfirmed_attempts=F("unconfirmed_attempts") - 1, **fields):
        _log_sent(message)


def _log_sent(message: OutgoingMessage, request: HttpRequest | None = None) -> None:
    """Within the transaction of the state, so that a crash leaves both or neither.

    Fails open: without its line, a message that has arrived is still sent, and must not be taken for one in doubt.
    """
    try:
        with transaction.atomic():
            activity.record(Event.MESSAGE_SENT, message.consumer, request, box=message.securebox.title)
    except DatabaseError:
        logger.exception("A message was sent, and the activity log lacks it")


def _arrived(message: OutgoingMessage, message_id: str) -> dict[str, Any]:
    return {
        "state": State.SENT,
        "encrypted_content": seal(unseal(message).erased(), message.consumer_id, message.nonce),
        "secure_mail_id": message_id,
        "due_at": None,
        "reason": "",
    }


def doubt(message: OutgoingMessage) -> bool:
    """Nobody knows whether it arrived: it is looked for, never sent again without its writer."""
    rows = OutgoingMessage.objects.filter(pk=message.pk, state=State.SENDING, claim=message.claim)
    return (
        rows.update(
            unconfirmed_attempts=F("unconfirmed_attempts") + 1,
            seen=False,
            reason="",
            **schedule.looked_for_anew(),
        )
        == 1
    )


def _not_sent(message: OutgoingMessage, reason: str) -> None:
    """It waits for the next attempt, but not for ever; for a key, as long as it takes."""
    began = message.tried_since or message.created_at
    if reason != "key" and timezone.now() - began > timedelta(hours=settings.PORTAL_DELIVER_HOURS):
        _failed(message, "too_long")
    else:
        _settle(message, state=State.QUEUED, reason=reason, due_at=schedule.send_again(message.attempts))


def give_up(message: OutgoingMessage) -> None:
    """Do not send what was claimed: its writer may not write to this box any more."""
    _failed(message, "closed")


def _failed(message: OutgoingMessage, reason: str) -> None:
    if message.unconfirmed_attempts:
        # An earlier attempt may have arrived, so "not sent" would be more than we know.
        _settle(message, reason=reason, **schedule.looked_for_anew())
    else:
        _settle(message, state=State.FAILED, reason=reason, due_at=None)


def _settle(message: OutgoingMessage, **fields: Any) -> bool:
    """Write down how the attempt ended; never over another one, and never over a decision of its writer.

    Whether there was anything to write.
    """
    fields = {"seen": False, "settled_at": timezone.now(), **fields}
    mine = OutgoingMessage.objects.filter(pk=message.pk, claim=message.claim)
    if mine.filter(state=State.SENDING).update(**fields):
        return True
    # The claim had expired, and left a doubt that is over now.
    return (
        mine.filter(state=State.UNCONFIRMED).update(
            unconfirmed_attempts=F("unconfirmed_attempts") - 1, **fields
        )
        == 1
    )
