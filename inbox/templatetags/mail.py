"""Sentences on how long answers take."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from inbox.models import Securebox
from inbox.securemail import Attachments
from portal import dates

register = template.Library()


@register.simple_tag
def reply_time(securebox: Securebox) -> str:
    """How long answers usually take: "We usually reply within 2 working days." Empty if the operator does not say."""
    return reply_time_of(securebox.reply_hours, securebox.reply_working_days, securebox.reply_time)


@register.simple_tag
def reply_time_of(hours: int | None, working_days: int | None, in_words: str) -> str:
    """The same by what the operator says of it."""
    if number := hours:
        words = ngettext(
            "We usually reply within %(number)s hour.", "We usually reply within %(number)s hours.", number
        )
        return words % {"number": number}
    if number := working_days:
        words = ngettext(
            "We usually reply within %(number)s working day.",
            "We usually reply within %(number)s working days.",
            number,
        )
        return words % {"number": number}
    return _("Usual reply time: %(time)s") % {"time": in_words} if in_words else ""


@register.simple_tag
def file_names(attachments: Attachments) -> str:
    """The names as a list: "policy.pdf, claim.pdf, and 3 more"."""
    names: list[str] = [format_html("<bdi>{}</bdi>", name) for name in attachments.names]
    if others := attachments.others:
        names.append(ngettext("and %(number)s more", "and %(number)s more", others) % {"number": others})
    return format_html_join(pgettext("between the items of a list", ", "), "{}", ((name,) for name in names))


@register.simple_tag
def answered_by(securebox: Securebox, sent: datetime | None) -> str:
    """When a message that was sent then is usually answered: "Usually answered by Tue 1 Dec".

    What `reply_time` says if there is no such moment; empty if it has passed.
    """
    until = sent and securebox.reply_by(sent)
    if until is None:
        return reply_time(securebox)
    if until < timezone.now():
        return ""
    return format_html(_("Usually answered by {when}"), when=_until(securebox, until))


def _until(securebox: Securebox, until: datetime) -> str:
    """The day in the company's time zone, if its working days count; else the reader's hour."""
    if securebox.reply_working_days:
        day = timezone.localdate(until, timezone.get_default_timezone())
        return dates.element(day, dates.formatted(day, "WEEKDAY_FORMAT"))
    local = timezone.localtime(until)
    is_today = local.date() == timezone.localdate()
    return dates.element(until, dates.formatted(local, "TIME_FORMAT" if is_today else "WEEKDAY_TIME_FORMAT"))
