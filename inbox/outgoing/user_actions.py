"""What a consumer can do with a message that was not sent, or that is unconfirmed. Each action happens at most once.

Each returns False if it comes too late, because the message's state has changed.
"""

from datetime import timedelta

from django.utils import timezone

from inbox.models import OutgoingMessage
from inbox.outgoing import limits, schedule, transitions
from inbox.outgoing.content import erase
from portal import encryption

State = OutgoingMessage.State


def cancel(message: OutgoingMessage) -> bool:
    """Take the message back before an attempt begins. If an earlier attempt may have arrived, it is unconfirmed."""
    return transitions.cancel(message) or transitions.stop_resending(message)


def edit(message: OutgoingMessage) -> bool:
    """Turn a failed message back into a draft."""
    return transitions.edit(message)


def retry_now(message: OutgoingMessage) -> bool:
    return transitions.retry_now(message)


def send_again(message: OutgoingMessage, attempts: str) -> bool:
    """Send an unconfirmed message again, although it may then arrive twice: its writer has decided so.

    `attempts` is the number of attempts on the page where they decided, so that submitting it twice sends once.
    Raises limits.SendLimitReached.
    """
    if attempts != str(message.attempts):
        return False
    try:
        with limits.one_more(message.consumer_id, message.securebox_id, is_under_way=True):
            return transitions.send_again(message)
    except limits.SendLimitReached:
        # Of two clicks at the same moment, the first may have sent the last message that the limits allow.
        unsent = OutgoingMessage.objects.filter(state=State.UNCONFIRMED, attempts=message.attempts)
        if unsent.filter(pk=message.pk).exists():
            raise
        return False


def keep_checking(message: OutgoingMessage) -> bool:
    """Look the message up again, now and then at growing intervals. Asking twice causes one lookup."""
    just_now = timezone.now() - timedelta(seconds=schedule.LOOKUP_DELAYS[0])
    checked_just_now = OutgoingMessage.objects.filter(
        pk=message.pk, state=State.UNCONFIRMED, unconfirmed_since__gt=just_now, lookup_count__gt=0
    )
    return checked_just_now.exists() or transitions.restart_lookups(message)


def discard(message: OutgoingMessage, version: str) -> bool:
    """Delete the text. The row stays, so that the same form, submitted again, sends nothing.

    `version` is the version of the text that its writer saw when they decided.
    """
    if version != str(message.version):
        return False
    try:
        encrypted_content = erase(message)
    except encryption.KeyMissing:
        encrypted_content = message.encrypted_content  # It cannot be read without its key anyway.
    return transitions.discard(message, encrypted_content)
