"""What its writer may do with a message that is not sent yet, or may not be. Each happens once, or not at all."""

from datetime import timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from inbox.models import OutgoingMessage
from inbox.outgoing import schedule
from inbox.outgoing.content import seal, unseal
from portal import encryption

State = OutgoingMessage.State


def cancel(message: OutgoingMessage) -> bool:
    """Take it back before anybody has claimed it. Where an earlier attempt left a doubt, the doubt is left."""
    waiting = _rows(message, State.QUEUED)
    if _become(
        waiting.filter(unconfirmed_attempts=0), state=State.DRAFT, due_at=None, version=F("version") + 1
    ):
        return True
    return _become(waiting.filter(unconfirmed_attempts__gt=0), **schedule.looked_for_anew())


def edit(message: OutgoingMessage) -> bool:
    """Make a draft again of what was refused."""
    refused = _rows(message, State.FAILED)
    return _become(refused, state=State.DRAFT, due_at=None, version=F("version") + 1)


def hurry(message: OutgoingMessage) -> bool:
    """Have it tried now instead of later."""
    return _become(_rows(message, State.QUEUED), due_at=timezone.now())


def send_again(message: OutgoingMessage, attempts: str) -> bool:
    """Send what may have arrived once more, on its writer's word that it may arrive twice.

    `attempts` is how many there were when they were asked, as their page says: the same word, given twice, sends once.
    """
    if attempts != str(message.attempts):
        return False
    asked = _rows(message, State.UNCONFIRMED).filter(attempts=message.attempts)
    soon = schedule.after(schedule.SEND_AGAIN[0])
    return _become(asked, state=State.QUEUED, due_at=soon, tried_since=timezone.now())


def keep_checking(message: OutgoingMessage) -> bool:
    """Look for it from the beginning: at once, and then less and less often. Who asks twice is not looked for twice."""
    doubted = _rows(message, State.UNCONFIRMED)
    now = timezone.now()
    just_now = now - timedelta(seconds=schedule.LOOK[0])
    resting = doubted.filter(unconfirmed_since__gt=just_now, lookup_count__gt=0)
    return resting.exists() or _become(doubted, lookup_count=0, unconfirmed_since=now, due_at=now, reason="")


def discard(message: OutgoingMessage, version: str) -> bool:
    """Throw the words away. The row stays, so that its form, posted again, sends nothing.

    `version` is that of the words which its writer had before them.
    """
    if version != str(message.version):
        return False
    try:
        sealed = seal(unseal(message).erased(), message.consumer_id, message.nonce)
    except encryption.KeyMissing:
        sealed = message.encrypted_content  # Readable to nobody as it is.
    unsent = _rows(message, State.DRAFT, State.FAILED, State.UNCONFIRMED).filter(version=message.version)
    return _become(unsent, state=State.DISCARDED, encrypted_content=sealed, due_at=None, seen=True)


def _rows(message: OutgoingMessage, *states: str) -> QuerySet[OutgoingMessage]:
    return OutgoingMessage.objects.filter(pk=message.pk, state__in=states)


def _become(rows: QuerySet[OutgoingMessage], **fields: Any) -> bool:
    return rows.update(**{"settled_at": timezone.now(), **fields}) == 1
