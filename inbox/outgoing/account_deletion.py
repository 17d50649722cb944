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
        "A message of yours is still under way. If it has not been delivered by then, it never will be.",
        "%(number)s messages of yours are still under way. What has not been delivered by then never will be.",
        number,
    )
    return words % {"number": number}
