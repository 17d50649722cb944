"""Every change of an outgoing message's state: one function for each arrow of the diagram in `inbox.outgoing`.

Each is a conditional update and returns whether it changed anything. Of several processes
that try to make the same change at the same moment, only the first succeeds.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import DateTimeField, F, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from inbox.models import OutgoingMessage
from inbox.outgoing import schedule
from inbox.outgoing.content import erase
from portal import request_context
from portal.metrics import MESSAGES

State = OutgoingMessage.State
Rows = QuerySet[OutgoingMessage]

RESTORED = "restored"  # The reason of a message that is unconfirmed since the database was restored.


# --- Writing ----------------------------------------------------------------------------------------------


def create_draft(**fields: Any) -> OutgoingMessage:
    """Raises IntegrityError if there is a row for this nonce."""
    return OutgoingMessage.objects.create(**fields)


def create_queued(**fields: Any) -> OutgoingMessage:
    """Raises IntegrityError if there is a row for this nonce."""
    return OutgoingMessage.objects.create(**fields, **_queued_fields())


def save_draft(rows: Rows, **fields: Any) -> bool:
    """draft → draft, with another text."""
    return rows.filter(state=State.DRAFT).update(version=F("version") + 1, **fields) == 1


def queue_draft(rows: Rows, **fields: Any) -> bool:
    """draft → queued."""
    return save_draft(rows, **fields, **_queued_fields())


def _queued_fields() -> dict[str, Any]:
    now = timezone.now()
    return {
        "state": State.QUEUED,
        "seen": False,
        "reason": "",
        "operation_id": uuid.uuid4(),
        "attempts": 0,
        "unconfirmed_attempts": 0,
        "queued_at": now,
        "tried_since": now,
        # The request that queues the message also sends it. If that process dies first, `deliver` takes over then.
        "due_at": schedule.after(schedule.RETRY_DELAYS[0]),
    }


# --- Sending ----------------------------------------------------------------------------------------------


def claim(pk: int) -> bool:
    """queued → sending. The caller must commit this before the call, or a crash could send the message twice."""
    claimed = OutgoingMessage.objects.filter(pk=pk, state=State.QUEUED).update(
        state=State.SENDING,
        claim=uuid.uuid4(),
        claimed_at=timezone.now(),
        attempts=F("attempts") + 1,
        due_at=schedule.after(schedule.claim_seconds()),
        request_id=request_context.request_id(default=""),
    )
    return claimed == 1


def requeue(message: OutgoingMessage, reason: str, due_at: datetime, *, is_our_fault: bool = False) -> bool:
    """sending → queued: certainly not sent, and to be tried again then.

    The time in which a fault of ours kept it from being sent does not count for PORTAL_DELIVER_HOURS.
    """
    fields = {"tried_since": timezone.now()} if is_our_fault else {}
    return _end_attempt(message, state=State.QUEUED, reason=reason, due_at=due_at, **fields)


def mark_failed(message: OutgoingMessage, reason: str) -> bool:
    """sending → failed; sending → unconfirmed if an earlier attempt may have arrived."""
    if message.unconfirmed_attempts:
        return _counted(_end_attempt(message, reason=reason, **_unconfirmed_fields()), State.UNCONFIRMED)
    return _counted(_end_attempt(message, state=State.FAILED, reason=reason, due_at=None), State.FAILED)


def mark_sent(message: OutgoingMessage, secure_mail_id: str) -> bool:
    """sending → sent. The text is erased here, since the contact centre has it now."""
    try:
        with transaction.atomic():
            return _counted(_end_attempt(message, **_sent_fields(message, secure_mail_id)), State.SENT)
    except IntegrityError:
        # The API answered with the id of another message. It did accept this one, so only the id is dropped.
        return _counted(_end_attempt(message, **_sent_fields(message, "")), State.SENT)


def mark_unconfirmed(message: OutgoingMessage) -> bool:
    """sending → unconfirmed: it may have arrived. It is looked up, and only its writer can have it sent again."""
    rows = OutgoingMessage.objects.filter(pk=message.pk, state=State.SENDING, claim=message.claim)
    count = F("unconfirmed_attempts") + 1
    changed = _update(rows, unconfirmed_attempts=count, seen=False, reason="", **_unconfirmed_fields())
    return _counted(changed, State.UNCONFIRMED)


def _end_attempt(message: OutgoingMessage, **fields: Any) -> bool:
    """Record how the attempt ended, unless another attempt has begun or the writer has decided otherwise."""
    rows = OutgoingMessage.objects.filter(pk=message.pk, claim=message.claim)
    if _update(rows.filter(state=State.SENDING), **{"seen": False, **fields}):
        return True
    # The claim has expired, and this attempt was counted as unconfirmed. Now its outcome is known after all.
    fields = {"seen": False, "unconfirmed_attempts": F("unconfirmed_attempts") - 1, **fields}
    return _update(rows.filter(state=State.UNCONFIRMED), **fields)


def _sent_fields(message: OutgoingMessage, secure_mail_id: str) -> dict[str, Any]:
    return {
        "state": State.SENT,
        "encrypted_content": erase(message),
        "secure_mail_id": secure_mail_id,
        "unanswered_since": None,
        "due_at": None,
        "reason": "",
    }


def _unconfirmed_fields() -> dict[str, Any]:
    now = timezone.now()
    return {
        "state": State.UNCONFIRMED,
        "lookup_count": 0,
        "unconfirmed_since": now,
        "unanswered_since": None,
        "due_at": schedule.next_lookup(now, 0),
    }


def hold(message: OutgoingMessage, reason: str) -> bool:
    """Say why a queued message has to wait."""
    return _in(message, State.QUEUED).update(reason=reason) == 1


def doubt_restored(queued_before: datetime) -> int:
    """queued, sending → unconfirmed, for all that was queued before the database was restored from a backup.

    It may have been sent between the backup and now, so that is the time in which it is looked for.
    """
    rows = OutgoingMessage.objects.filter(state__in=(State.QUEUED, State.SENDING))
    rows = rows.filter(Q(queued_at=None) | Q(queued_at__lt=queued_before))
    now, count = timezone.now(), F("unconfirmed_attempts") + 1
    fields = {**_unconfirmed_fields(), "reason": RESTORED, "seen": False, "settled_at": now}
    return rows.update(unconfirmed_attempts=count, claimed_at=now, **fields)


# --- Looking up -------------------------------------------------------------------------------------------


def mark_found(message: OutgoingMessage, secure_mail_id: str, dated: datetime | None) -> bool:
    """unconfirmed → sent. Raises IntegrityError if another row already has this id.

    `dated` is the API's date of the message: the only one that is known of an attempt before a restore.
    """
    fields: dict[str, Any] = {"seen": False, "unconfirmed_attempts": F("unconfirmed_attempts") - 1}
    if message.reason == RESTORED and dated:
        fields["claimed_at"] = dated
    changed = _update(_in(message, State.UNCONFIRMED), **fields, **_sent_fields(message, secure_mail_id))
    return _counted(changed, State.SENT)


def reserve_lookup(message: OutgoingMessage, until: datetime) -> bool:
    """Let only one of several processes look the message up."""
    rows = _in(message, State.UNCONFIRMED).filter(due_at=message.due_at)
    return rows.update(due_at=until, request_id=request_context.request_id(default="")) == 1


def record_lookup(message: OutgoingMessage) -> bool:
    """Count a lookup that has not found the message."""
    due_at = schedule.next_lookup(message.unconfirmed_since or timezone.now(), message.lookup_count + 1)
    fields = {"lookup_count": F("lookup_count") + 1, "unanswered_since": None, "due_at": due_at}
    return _same_lookup(message).update(**fields) == 1


def postpone_lookup(message: OutgoingMessage) -> bool:
    """Try again later, without counting a lookup: it was not the API that kept us from it."""
    return _same_lookup(message).update(due_at=schedule.after(schedule.LOOKUP_DELAYS[1])) == 1


def note_unanswered(message: OutgoingMessage, retry_after: float) -> bool:
    """Try again later, without counting a lookup: the API does not answer. It may have asked to wait, in seconds."""
    since = Coalesce("unanswered_since", timezone.now(), output_field=DateTimeField())
    due_at = schedule.after(max(schedule.LOOKUP_DELAYS[1], retry_after))
    return _same_lookup(message).update(unanswered_since=since, due_at=due_at) == 1


def resume_lookups(securebox_id: int, just_looked_up: int | None = None) -> bool:
    """The API answers for this securebox. If it did not before, every message that is looked up there is due now.

    Of several processes that notice it, one succeeds. The early lookup is in addition to the scheduled ones.
    """
    rows = OutgoingMessage.objects.filter(state=State.UNCONFIRMED, securebox=securebox_id)
    if not rows.filter(unanswered_since__isnull=False).update(unanswered_since=None):
        return False
    now = timezone.now()
    scheduled = rows.filter(due_at__gt=now)
    if just_looked_up is not None:
        scheduled = scheduled.exclude(pk=just_looked_up)
    scheduled.update(due_at=now, lookup_count=Greatest(F("lookup_count") - 1, 0))
    return True


def stop_lookups(message: OutgoingMessage, reason: str) -> bool:
    return _same_lookup(message).update(reason=reason, unanswered_since=None, due_at=None) == 1


def restart_lookups(message: OutgoingMessage) -> bool:
    """Begin the series of lookups again, with the first one now."""
    now = timezone.now()
    rows = _in(message, State.UNCONFIRMED)
    reason = RESTORED if message.reason == RESTORED else ""
    fields = {"unconfirmed_since": now, "unanswered_since": None, "due_at": now}
    return _update(rows, lookup_count=0, reason=reason, **fields)


def _same_lookup(message: OutgoingMessage) -> Rows:
    return _in(message, State.UNCONFIRMED).filter(lookup_count=message.lookup_count)


# --- Decisions of its writer ------------------------------------------------------------------------------


def cancel(message: OutgoingMessage) -> bool:
    """queued → draft, if no attempt can have arrived."""
    rows = _in(message, State.QUEUED).filter(unconfirmed_attempts=0)
    return _update(rows, state=State.DRAFT, due_at=None, version=F("version") + 1)


def stop_resending(message: OutgoingMessage) -> bool:
    """queued → unconfirmed, if an earlier attempt may have arrived."""
    return _update(_in(message, State.QUEUED).filter(unconfirmed_attempts__gt=0), **_unconfirmed_fields())


def edit(message: OutgoingMessage) -> bool:
    """failed → draft."""
    return _update(_in(message, State.FAILED), state=State.DRAFT, due_at=None, version=F("version") + 1)


def send_again(message: OutgoingMessage) -> bool:
    """unconfirmed → queued, unless it was sent again since `message` was read."""
    rows = _in(message, State.UNCONFIRMED).filter(attempts=message.attempts)
    fields = {"unanswered_since": None, "due_at": schedule.after(schedule.RETRY_DELAYS[0])}
    return _update(rows, state=State.QUEUED, tried_since=timezone.now(), **fields)


def retry_now(message: OutgoingMessage) -> bool:
    """Make a queued message due now."""
    return _update(_in(message, State.QUEUED), due_at=timezone.now())


def discard(message: OutgoingMessage, encrypted_content: str) -> bool:
    """draft, failed or unconfirmed → discarded, unless the text was changed since `message` was read."""
    rows = _in(message, State.DRAFT, State.FAILED, State.UNCONFIRMED).filter(version=message.version)
    fields = {"encrypted_content": encrypted_content, "due_at": None, "seen": True}
    return _update(rows, state=State.DISCARDED, **fields)


def mark_seen(pks: Iterable[int], state: str) -> None:
    """The consumer has seen these messages in this state. A state that they reached since is still news."""
    OutgoingMessage.objects.filter(pk__in=pks, state=state).update(seen=True)


def _in(message: OutgoingMessage, *states: str) -> Rows:
    return OutgoingMessage.objects.filter(pk=message.pk, state__in=states)


def _update(rows: Rows, **fields: Any) -> bool:
    return rows.update(**{"settled_at": timezone.now(), **fields}) == 1


def _counted(changed: bool, state: str) -> bool:
    """Count it for the metrics, if the message has reached this state."""
    if changed:
        MESSAGES.add(state)
    return changed
