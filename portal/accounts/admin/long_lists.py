"""Lists of a million rows: counted as far as anybody turns pages, and filtered by time without reading them all."""

from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Final

from django.conf import settings
from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MOST: Final = 2_000  # Rows that are counted, and can be reached by turning pages.
_MOST_MONTHS: Final = 24  # In the filter.


class LongListPaginator(Paginator):  # type: ignore[type-arg]  # Not generic at run time.
    @cached_property
    def count(self) -> int:
        """At most MOST: to count a whole table takes as long as to read it."""
        rows: Any = self.object_list
        return int(rows.order_by().values("pk")[:MOST].count())

    @property
    def is_cut_off(self) -> bool:
        return self.count >= MOST


class MonthFilter(admin.SimpleListFilter):
    """Today, the last seven days, or a month for which lines of the activity log are kept. Asks the database nothing.

    In an address, a single day does, too: `?when=2026-11-28`.
    """

    title = gettext_lazy("time")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        months = [(f"{month:%Y-%m}", date_format(month, "YEAR_MONTH_FORMAT")) for month in _months()]
        return [("today", _("Today")), ("week", _("Past 7 days")), *months]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if period := _period(str(self.value() or "")):
            first, next_day = period
            return queryset.filter(at__gte=_midnight(first), at__lt=_midnight(next_day))
        return queryset


def _months() -> list[date]:
    """The first day of each, the latest first."""
    today = timezone.localdate()
    oldest = today - timedelta(days=settings.PORTAL_ACTIVITY_DAYS)
    months = [today.replace(day=1)]
    while months[-1] > oldest and len(months) < _MOST_MONTHS:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months


def _period(value: str) -> tuple[date, date] | None:
    """The first day, and the one after the last."""
    today, one_day = timezone.localdate(), timedelta(days=1)
    if value in ("today", "week"):
        return today - timedelta(days=6 if value == "week" else 0), today + one_day
    try:
        if len(value) == len("2026-11"):
            first = date.fromisoformat(f"{value}-01")
            return first, (first + timedelta(days=31)).replace(day=1)
        return (day := date.fromisoformat(value)), day + one_day
    except (ValueError, OverflowError):
        return None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))
