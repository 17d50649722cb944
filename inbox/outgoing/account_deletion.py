"""The warning before an account is closed: messages that are not delivered by then are deleted with it."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import ngettext

from inbox.models import OutgoingMessage
from portal.accounts.models import Consumer

State = OutgoingMessage.State


def undelivered(consumer: Consumer) -> QuerySet[OutgoingMessage]:
    """What was submitted and is not known to have arrived."""
    settled = (State.DRAFT, State.SENT, State.DISCARDED)
    return OutgoingMessage.objects.filter(consumer=consumer).exclude(state__in=settled)


def warn_undelivered(sender: type[Consumer], consumer: Consumer, **_: Any) -> str | None:
    """Receiver of `portal.accounts.deletion.about_to_close`."""
    number = undelivered(consumer).count()
    if not number:
        return None
    words = ngettext(
        "One of your messages hasn’t been delivered yet. If you close your account now, it may never reach us.",
        "%(number)s of your messages haven’t been delivered yet."
        " If you close your account now, they may never reach us.",
        number,
    )
    return words % {"number": number}
