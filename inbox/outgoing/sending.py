"""From "Send" to an outcome: one row for each form, committed before the first byte leaves; one attempt at a time.

If the outcome of an attempt is not known, the attempt is neither repeated nor called a success or a failure: the
message becomes unconfirmed, and the page says so.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from inbox import unread
from inbox.access import Mailbox
from inbox.failures import log_failure
from inbox.models import OutgoingMessage
from inbox.outgoing import drafts, limits, schedule, sending_mark, transitions
from inbox.outgoing.compose_token import ComposeToken
from inbox.outgoing.content import Content, decrypt
from inbox.securemail import Misconfigured, NewMessage, SecureMailError, Unavailable
from portal import encryption
from portal.accounts.audit import activity
from portal.accounts.audit.activity import Event
from portal.accounts.models import Consumer

logger = logging.getLogger(__name__)

State = OutgoingMessage.State

# After failures of so many writers in one run, the securebox itself is taken to be down. Few, since each of them may
# have taken SECUREMAIL_SEND_DEADLINE.
_WRITERS = 2
# Of the reasons for which a message waits, those that are our own fault: its encryption key is missing, or the API
# refuses the portal. It is never given up, and its writer has nothing to mend.
NO_KEY, NOT_LET_IN = "key", "not_let_in"
# It waits because the database was restored from a backup, and an operator has not said yet that all is well.
STOPPED = "stopped"


def submit(token: ComposeToken, mailbox: Mailbox, content: Content, tab: drafts.EditorTab) -> OutgoingMessage:
    """Queue the message; it is committed when this returns. A form can be submitted once.

    Raises drafts.NotADraft, with the row, if the form was submitted before; drafts.Conflict if another tab has changed
    the draft; limits.SendLimitReached; BadToken.
    """
    content = content.prepared_for(mailbox.address)
    within_limits = limits.one_more(token.consumer_id, mailbox.securebox.pk)
    return drafts.update(token, content, tab, within_limits(transitions.queue_draft)) or drafts.create(
        token, mailbox.securebox, content, tab, within_limits(transitions.create_queued)
    )


def claim(message: OutgoingMessage) -> bool:
    """Reserve the next attempt for the caller. Committed, or the message could be sent twice after a crash.

    Raises sending_mark.DatabaseIsOlder, with all processes kept from sending.
    """
    return _claimed(lambda: message) is not None


def _claimed(find: Callable[[], OutgoingMessage | None]) -> OutgoingMessage | None:
    """Claim the message that is found, in one transaction. None if there is none, or another process has it."""
    try:
        with transaction.atomic(durable=True):
            message = find()
            if message is None or not transitions.claim(message.pk):
                return None
            given = sending_mark.take_number()
    except sending_mark.DatabaseIsOlder:
        sending_mark.stop()
        raise
    sending_mark.note(*given)
    return message


class Skipped:
    """What a run leaves for the next one, since sending failed."""

    def __init__(self) -> None:
        self._writers: dict[int, set[int]] = {}  # By securebox.
        self._closed: set[int] = set()

    def add(self, message: OutgoingMessage) -> None:
        """After a failure for this message: whether it concerns its writer or everyone shows in how many fail."""
        self._writers.setdefault(message.securebox_id, set()).add(message.consumer_id)
        if message.reason == NOT_LET_IN:
            self._closed.add(message.securebox_id)

    def messages(self) -> Q:
        found = Q(pk__in=[])
        for securebox, writers in self._writers.items():
            is_down = len(writers) >= _WRITERS or securebox in self._closed
            found |= Q(securebox=securebox) if is_down else Q(securebox=securebox, consumer__in=writers)
        return found


def claim_next(skipped: Skipped) -> OutgoingMessage | None:
    """Claim the message that has been due for longest. Safe to call from many processes at the same time.

    Raises sending_mark.DatabaseIsOlder.
    """
    due = OutgoingMessage.objects.filter(state=State.QUEUED, due_at__lte=timezone.now())
    due = due.exclude(skipped.messages()).order_by("due_at")
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True, of=("self",))
    message = _claimed(due.first)
    if message is None:
        return None
    # None if its writer has closed the account since.
    return OutgoingMessage.objects.select_related("consumer", "securebox").filter(pk=message.pk).first()


def send_now(message: OutgoingMessage, mailbox: Mailbox, request: HttpRequest) -> None:
    """Make one attempt, unless another process is making it. `request` is the consumer's, for the activity log.

    While nothing is sent because the database was restored, the message waits.
    """
    try:
        is_claimed = claim(message)
    except sending_mark.DatabaseIsOlder:
        transitions.hold(message, STOPPED)
        return
    if is_claimed:
        message.refresh_from_db()
        attempt(message, mailbox, request)


def attempt(message: OutgoingMessage, mailbox: Mailbox, request: HttpRequest | None = None) -> None:
    """Send a message that the caller has claimed, and record the outcome."""
    try:
        new_message = _new_message(message, mailbox)
    except encryption.KeyMissing:
        logger.exception("An outgoing message cannot be sent: FIELD_ENCRYPTION_KEYS lacks its key")
        return _retry_later(message, NO_KEY)
    except SecureMailError as error:
        # The message that it answers cannot be looked at now. Nothing was sent.
        log_failure(error)
        return _wait_for_api(message, error)
    if new_message is None:
        transitions.mark_failed(message, "address")
        return None
    if message.due_at is None or message.due_at < schedule.after(settings.SECUREMAIL_SEND_DEADLINE):
        # This process was held up. The call could outlast its claim, and others would take this process for dead.
        return _retry_later(message, "unavailable")
    try:
        sent = mailbox.send(new_message, str(message.operation_id))
    except SecureMailError as error:
        log_failure(error)
        _record_failure(message, error)
    else:
        # One transaction, so that a crash leaves both the state and its line in the log, or neither.
        with transaction.atomic():
            if transitions.mark_sent(message, sent.id or ""):
                log_sent(message, request)
        transitions.resume_lookups(message.securebox_id)
    finally:
        unread.forget(mailbox)


def log_sent(message: OutgoingMessage, request: HttpRequest | None = None) -> None:
    """Write the activity log's line.

    Fails open: a message that has arrived counts as sent even without its line, and must not become unconfirmed.
    """
    try:
        with transaction.atomic():
            activity.record(Event.MESSAGE_SENT, message.consumer, request, box=message.securebox.title)
    except DatabaseError:
        logger.exception("A message was sent, and the activity log lacks it")


def _new_message(message: OutgoingMessage, mailbox: Mailbox) -> NewMessage | None:
    """None if the consumer has changed their address: the message would arrive under the wrong one.

    Raises encryption.KeyMissing; SecureMailError if the message that it answers cannot be fetched now.
    """
    content = decrypt(message)
    if content.address != mailbox.address:
        return None
    consumer: Consumer = message.consumer
    key = mailbox.securebox.operation_key
    asked = {one.key: one.value for one in content.filled_in}
    answered = mailbox.answered(message.reply) if message.reply else None
    return NewMessage(
        address=content.address,
        first_name=consumer.first_name,
        last_name=consumer.last_name,
        subject=content.subject,
        text=content.message(),
        user_data={**asked, key: str(message.operation_id)} if key else asked,
        parent_id=answered.id if answered else None,
        thread_id=answered.thread_id if answered else None,
        answered_subject=answered.subject or None if answered else None,
    )


def _record_failure(message: OutgoingMessage, error: SecureMailError) -> None:
    if not error.certainly_not_sent:
        transitions.mark_unconfirmed(message)
    elif isinstance(error, Misconfigured | Unavailable):
        _wait_for_api(message, error)
    else:
        transitions.mark_failed(message, "refused")


def _wait_for_api(message: OutgoingMessage, error: SecureMailError) -> None:
    reason = NOT_LET_IN if isinstance(error, Misconfigured) else "unavailable"
    _retry_later(message, reason, error.retry_after or 0)


def _retry_later(message: OutgoingMessage, reason: str, retry_after: float = 0) -> None:
    """Queue the message again: for PORTAL_DELIVER_HOURS at most, or for as long as a fault of ours lasts.

    `retry_after` is the time in seconds for which the API asked not to be called.
    """
    if reason in (NO_KEY, NOT_LET_IN):
        longest = schedule.OUR_FAULT_DELAY if reason == NOT_LET_IN else schedule.RETRY_DELAYS[-1]
        due_at = schedule.next_retry(message.attempts, at_most=longest)
        transitions.requeue(message, reason, due_at, is_our_fault=True)
        return
    since = message.tried_since or message.created_at
    if timezone.now() - since > timedelta(hours=settings.PORTAL_DELIVER_HOURS):
        transitions.mark_failed(message, "too_long")
    else:
        transitions.requeue(message, reason, schedule.next_retry(message.attempts, at_least=retry_after))
