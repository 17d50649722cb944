"""The last day in quarters of an hour, from what all processes have counted."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from django.utils import timezone

from portal.metrics import tally
from portal.models import Tally

QUARTER: Final = timedelta(seconds=tally.QUARTER)
QUARTERS: Final = 96  # Of a day.
NOT_TRIED: Final = "not_tried"
# All others show that what was called works, even if it refused the one call.
BAD: Final = frozenset({"bad_answer", "failed", "other", "refused", "server_error", "unavailable", NOT_TRIED})


@dataclass(frozen=True)
class Quarter:
    """A quarter of an hour, by when it began."""

    start: datetime
    good: int
    bad: int


@dataclass
class Series:
    """What happened in one box, or in the whole portal. Added to while the rows are read."""

    start: datetime
    last_at: dict[str, datetime] = field(default_factory=dict)  # By outcome.
    _good: Counter[int] = field(default_factory=Counter)  # By the number of the quarter, from 0.
    _bad: Counter[int] = field(default_factory=Counter)
    _times: Counter[int] = field(default_factory=Counter)  # By the bound in milliseconds.

    def add(self, row: Tally) -> None:
        index = (row.quarter - self.start) // QUARTER
        (self._bad if row.outcome in BAD else self._good)[index] += row.number
        self.last_at[row.outcome] = max(row.last_at, self.last_at.get(row.outcome, row.last_at))
        if row.outcome != NOT_TRIED:
            self._times[row.within_ms] += row.number

    @property
    def good(self) -> int:
        return self._good.total()

    @property
    def bad(self) -> int:
        return self._bad.total()

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        return tuple(
            Quarter(self.start + number * QUARTER, self._good[number], self._bad[number])
            for number in range(QUARTERS)
        )

    def recent(self) -> tuple[int, int]:
        """How many were good and bad in the last quarter of an hour or two."""
        numbers = (QUARTERS - 2, QUARTERS - 1)
        return sum(self._good[number] for number in numbers), sum(self._bad[number] for number in numbers)

    def seconds(self, share: float) -> float | None:
        """The time within which this share of them was done, such as 0.5 for the median; None if there were none.

        An estimate: only how many lie between two bounds is known.
        """
        left, lower = share * self._times.total(), 0
        for upper in tally.BOUNDS:
            number = self._times[upper]
            if number and left <= number:
                return (lower + (upper - lower) * left / number) / 1000
            left, lower = left - number, upper
        return None


def last_day() -> defaultdict[tuple[str, str], Series]:
    """By `what` and box, as in `tally.Key`. One query."""
    current = timezone.now().timestamp() // tally.QUARTER * tally.QUARTER
    start = datetime.fromtimestamp(current, UTC) - (QUARTERS - 1) * QUARTER
    found: defaultdict[tuple[str, str], Series] = defaultdict(lambda: Series(start))
    # No further than the current quarter, in case another machine's clock is ahead.
    for row in Tally.objects.filter(quarter__gte=start, quarter__lt=start + QUARTERS * QUARTER):
        found[row.what, row.box].add(row)
    return found
