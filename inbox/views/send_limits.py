"""The limits on sending in words, for the person who writes."""

from datetime import datetime, timedelta

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inbox.access import Mailbox
from inbox.models import Securebox
from inbox.outgoing import limits, queries
from inbox.outgoing.limits import Allowance
from portal import dates
from portal.accounts.models import ConsumerRequest

FEW = 3  # Messages left, from which on they are mentioned.


def notice(request: ConsumerRequest, mailbox: Mailbox) -> str:
    """What to say before someone writes, marked safe; empty while a limit is far off."""
    securebox = mailbox.securebox
    allowance = limits.allowance_after(queries.current_rows(request, mailbox))
    if allowance.left > FEW:
        return ""
    if not allowance.left:
        return format_html("{} {}", when_again(allowance, securebox), _("Until then, you can save a draft."))
    if allowance.more_at is None:
        left = ngettext(
            "You can send {number} more message to {title} for now, and more once those in your outbox have been"
            " delivered.",
            "You can send {number} more messages to {title} for now, and more once those in your outbox have been"
            " delivered.",
            allowance.left,
        )
        return format_html(left, number=allowance.left, title=securebox.title)
    left = ngettext(
        "You can send {number} more message to {title} for now, and more from {time}.",
        "You can send {number} more messages to {title} for now, and more from {time}.",
        allowance.left,
    )
    return format_html(left, number=allowance.left, title=securebox.title, time=_time(allowance.more_at))


def when_again(allowance: Allowance, securebox: Securebox) -> str:
    """Why nothing can be sent at the moment, and from when on it can. Marked safe."""
    if allowance.more_at is None:
        full = _(
            "You have as many messages to {title} in your outbox as we can deliver at once. You can send again when"
            " one of them has been delivered or discarded."
        )
        return format_html(full, title=securebox.title)
    spent = _("You’ve sent as many messages to {title} as you can for now. You can send again from {time}.")
    return format_html(spent, title=securebox.title, time=_time(allowance.more_at))


def _time(more_at: datetime) -> str:
    # Times are shown without seconds: the next minute, so that it is never too early.
    shown = more_at + timedelta(minutes=1)
    return dates.element(shown, dates.for_sentence(shown))
