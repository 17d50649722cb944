"""Dates in templates, without `{% load %}`. Each is a whole `<time>` element, except in emails and for scripts.

Without a date, those for messages say so, and the others are empty.
"""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import dates

register = template.Library()


@register.filter
def list_date(moment: datetime | None) -> str:
    """As short as can be, for lists: "14:05", "Yesterday", "3 Nov", "3 Nov 2024"."""
    return dates.element(moment, dates.for_list(moment)) if moment else _("no date")


@register.filter
def sent_date(moment: datetime | None) -> str:
    """A date and time within a sentence: "3 Nov, 14:05", "3 Nov 2024, 14:05"."""
    return dates.element(moment, dates.for_sentence(moment)) if moment else ""


@register.filter
def exact_date(moment: datetime | None) -> str:
    """A date and time in full: "Tuesday 3 November 2026, 14:05"."""
    return dates.element(moment, dates.exact(moment)) if moment else _("no date")


@register.filter
def short_date(moment: datetime | None) -> str:
    """A date and time for tables: "3 Nov 2026, 14:05"."""
    return dates.element(moment, dates.short(moment)) if moment else ""


@register.filter
def day(moment: datetime | None) -> str:
    """ "3 Nov 2026"."""
    return dates.element(moment, dates.day(moment)) if moment else ""


@register.filter
def time_of_day(moment: datetime | None) -> str:
    """ "14:05"."""
    return dates.element(moment, dates.time_of_day(moment)) if moment else ""


@register.filter
def for_scripts(moment: datetime | None) -> str:
    return dates.for_scripts(moment) if moment else ""


@register.simple_tag
def now_short() -> str:
    """Text for paper: "3 Nov 2026, 14:05"."""
    return dates.short(timezone.now())


@register.simple_tag
def now_for_scripts() -> str:
    return dates.for_scripts(timezone.now())


@register.filter
def with_zone(moment: datetime | None) -> str:
    """Text for mails, which people read elsewhere: "3 Nov 2026, 14:05 CET"."""
    return dates.with_zone(moment) if moment else ""
