"""By when a message is usually answered: after so many hours, or so many working days.

Hours count around the clock, on holidays too. The day of the message itself is no working day that counts, at whatever
hour it was sent: with two working days, a message of Friday is answered by the end of Tuesday.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MAX_HOURS: Final = 720
MAX_WORKING_DAYS: Final = 60
_LOOK_AHEAD: Final = 730  # Days within which the working days have to be found: holidays may leave none.


@dataclass(frozen=True)
class Calendar:
    """On which days the company works. `weekdays` are those of WEEKDAYS by their number, 0 for Monday."""

    weekdays: frozenset[int]
    holidays: frozenset[date] = frozenset()
    yearly_holidays: frozenset[tuple[int, int]] = frozenset()  # Month and day.

    def is_working_day(self, day: date) -> bool:
        is_holiday = day in self.holidays or (day.month, day.day) in self.yearly_holidays
        return day.weekday() in self.weekdays and not is_holiday

    def nth_working_day_after(self, day: date, number: int) -> date | None:
        """None if there are not so many working days within two years."""
        for ahead in range(1, _LOOK_AHEAD + 1):
            later = day + timedelta(days=ahead)
            number -= self.is_working_day(later)
            if not number:
                return later
        return None


def after_hours(moment: datetime, hours: int) -> datetime | None:
    """So many hours later, as they pass: a night in which the clocks change does not matter.

    None beyond the dates that Python knows.
    """
    try:
        return moment.astimezone(UTC) + timedelta(hours=hours)
    except OverflowError:
        return None


def after_working_days(moment: datetime, number: int, calendar: Calendar, zone: tzinfo) -> datetime | None:
    """The last second of that working day in the company's time zone. None if there is no such day, as above."""
    try:
        day = calendar.nth_working_day_after(moment.astimezone(zone).date(), number)
    except OverflowError:
        return None
    # The later one, where the clocks are set back at midnight.
    return datetime.combine(day, time(23, 59, 59, fold=1), zone) if day else None
