from typing import Final

from django.conf import settings
from django.core.cache import caches
from django.db import models
from django.utils.translation import gettext_lazy as _

from inbox import reply_times

_CALENDAR_KEY: Final = "working_days"
_CALENDAR_SECONDS: Final = 60  # For so long a process may not know of a change to the holidays.


class Holiday(models.Model):
    """A day on which the company does not work: reply times in working days leave it out."""

    date = models.DateField(_("date"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    is_yearly = models.BooleanField(
        _("every year"), default=False, db_default=False, help_text=_("On the same day and month.")
    )

    class Meta:
        ordering = ("date",)
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")

    def __str__(self) -> str:
        return f"{self.date} {self.name}"

    @classmethod
    def calendar(cls) -> reply_times.Calendar:
        """The company's working days. Each process reads the holidays once a minute at most."""
        calendar: reply_times.Calendar | None = caches["process"].get(_CALENDAR_KEY)
        if calendar is None:
            calendar = cls._read_calendar()
            caches["process"].set(_CALENDAR_KEY, calendar, _CALENDAR_SECONDS)
        return calendar

    @classmethod
    def _read_calendar(cls) -> reply_times.Calendar:
        weekdays = {reply_times.WEEKDAYS.index(day) for day in settings.PORTAL_WORKING_DAYS}
        days = dict(cls.objects.values_list("date", "is_yearly"))
        yearly = {(day.month, day.day) for day, is_yearly in days.items() if is_yearly}
        return reply_times.Calendar(frozenset(weekdays), frozenset(days), frozenset(yearly))
