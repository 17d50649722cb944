from datetime import datetime

from django import template
from django.utils import formats, timezone
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def mail_date(moment: datetime | None) -> str:
    """A short date for lists: "Today 14:05", "Yesterday 9:30", "3 Nov", "3 Nov 2024"."""
    if moment is None:
        return _("no date")
    local, today = timezone.localtime(moment), timezone.localdate()
    days = (today - local.date()).days
    if days in (0, 1):
        day = _("Today") if days == 0 else _("Yesterday")
        return f"{day} {formats.date_format(local, 'H:i')}"
    return formats.date_format(local, "j M" if local.year == today.year else "j M Y")


@register.filter
def sent_date(moment: datetime) -> str:
    """A date and time within a sentence: "3 Nov, 14:05", "3 Nov 2024, 14:05"."""
    local = timezone.localtime(moment)
    return formats.date_format(local, "j M, H:i" if local.year == timezone.localdate().year else "j M Y, H:i")


@register.filter
def exact_date(moment: datetime | None) -> str:
    """A date in full, in the portal's time zone."""
    return formats.date_format(timezone.localtime(moment), "l j F Y, H:i") if moment else _("no date")
