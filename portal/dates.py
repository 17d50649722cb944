"""Dates as people read them: in the active time zone, in the formats of the active language.

portal/formats/ has formats of our own beside those of Django. A language that does not define one of ours uses the one
of Django's that `_INSTEAD` names.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final

from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

_INSTEAD: Final = {
    "LONG_DATETIME_FORMAT": "DATETIME_FORMAT",
    "DAY_TIME_FORMAT": "SHORT_DATETIME_FORMAT",
    "WEEKDAY_FORMAT": "MONTH_DAY_FORMAT",
    "WEEKDAY_TIME_FORMAT": "SHORT_DATETIME_FORMAT",
}


def formatted(moment: datetime | date, name: str) -> str:
    """In the format of this name. A datetime has to be in the time zone in which it is shown."""
    is_missing = formats.get_format(name) == name
    return formats.date_format(moment, _INSTEAD[name] if is_missing else name)


@lru_cache(maxsize=5_000)
def _kept(moment: datetime | date, name: str, _language: str | None) -> str:
    """`formatted`, which takes longer than all else in a row of a list, and whose days are those of other lists."""
    return formatted(moment, name)


def for_list(moment: datetime) -> str:
    """As short as can be: "14:05" today, "Yesterday", "3 Nov", "3 Nov 2024"."""
    return for_each_in_list()(moment)


def for_each_in_list() -> Callable[[datetime], str]:
    """`for_list` for many moments: it asks only once what day it is, and where."""
    today, language = timezone.localdate(), get_language()

    def words(moment: datetime) -> str:
        here = local(moment)
        day = here.date()
        if day == today:
            # Without a zone: two moments that have the same one are equal, whatever clocks show there.
            return _kept(here.replace(second=0, microsecond=0, tzinfo=None), "TIME_FORMAT", language)
        if day == today - timedelta(days=1):
            return _("Yesterday")
        return _kept(day, "MONTH_DAY_FORMAT" if day.year == today.year else "SHORT_DATE_FORMAT", language)

    return words


def for_sentence(moment: datetime) -> str:
    """A date and time within a sentence: "3 Nov, 14:05", "3 Nov 2024, 14:05"."""
    here = local(moment)
    is_this_year = here.year == timezone.localdate().year
    return formatted(here, "DAY_TIME_FORMAT" if is_this_year else "SHORT_DATETIME_FORMAT")


def exact(moment: datetime) -> str:
    """In full: "Tuesday 3 November 2026, 14:05"."""
    return formatted(local(moment), "LONG_DATETIME_FORMAT")


def short(moment: datetime) -> str:
    """ "3 Nov 2026, 14:05"."""
    # Without a zone: two moments that have the same one are equal, whatever clocks show there.
    here = local(moment).replace(second=0, microsecond=0, tzinfo=None)
    return _kept(here, "DATETIME_FORMAT", get_language())


def day(moment: datetime) -> str:
    """ "3 Nov 2026"."""
    return formatted(local(moment), "DATE_FORMAT")


def time_of_day(moment: datetime) -> str:
    """ "14:05"."""
    return formatted(local(moment), "TIME_FORMAT")


def with_zone(moment: datetime) -> str:
    """For mails, which people read elsewhere: "3 Nov 2026, 14:05 CET"."""
    return formats.date_format(local(moment), f"{formats.get_format('DATETIME_FORMAT')} T")


def local(moment: datetime) -> datetime:
    """In the active time zone."""
    try:
        return timezone.localtime(moment)
    except OverflowError:  # Beyond the dates that Python knows, in that zone.
        return moment


def for_scripts(moment: datetime) -> str:
    """As scripts compare moments: "2026-11-03T14:05:00.123Z"."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def element(moment: datetime | date, words: str) -> str:
    """These words as a `<time>` element, which tells browsers and assistive technology the moment or the day."""
    return format_html('<time datetime="{}">{}</time>', for_machines(moment), words)


def for_machines(moment: datetime | date) -> str:
    """As HTML and ISO 8601 have it: "2026-11-03T14:05:00Z", or the day alone."""
    if not isinstance(moment, datetime):
        return moment.isoformat()
    # In UTC, since the offset of a zone may have seconds long ago, and HTML knows none.
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
