"""The limits on sending in words, for the person who writes."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inbox.models import Securebox
from inbox.outgoing import limits
from inbox.outgoing.limits import Allowance
from portal import dates

FEW = 3  # Messages left, from which on they are mentioned.


def notice(consumer_id: int, securebox: Securebox) -> str:
    """What to say before someone writes; empty while a limit is far off."""
    allowance = limits.allowance(consumer_id, securebox.pk)
    if allowance.left > FEW:
        return ""
    if not allowance.left:
        keep = _("Until then, you can write here and save a draft.")
        return f"{when_again(allowance, securebox)} {keep}"
    left = ngettext(
        "You can send %(number)s more message to %(title)s for now.",
        "You can send %(number)s more messages to %(title)s for now.",
        allowance.left,
    ) % {"number": allowance.left, "title": securebox.title}
    if allowance.more_at is None:
        return f"{left} {_('You can send more once the messages in your outbox have been delivered.')}"
    more = _("You can send more from %(time)s.") % {"time": _time(allowance)}
    return f"{left} {more}"


def when_again(allowance: Allowance, securebox: Securebox) -> str:
    """Why nothing can be sent at the moment, and from when on it can."""
    if allowance.more_at is None:
        return _(
            "You have as many messages to %(title)s in your outbox as we can deliver at once. You can send again when"
            " one of them has been delivered or discarded."
        ) % {"title": securebox.title}
    return _(
        "You've sent as many messages to %(title)s as you can for now. You can send again from %(time)s."
    ) % {"title": securebox.title, "time": _time(allowance)}


def _time(allowance: Allowance) -> str:
    # Times are shown without seconds: the next minute, so that it is never too early.
    return dates.for_sentence(allowance.more_at + timedelta(minutes=1)) if allowance.more_at else ""
