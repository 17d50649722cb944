"""The geometry of the bar charts that `admin/operations/chart.html` draws as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from portal.operations.history import Quarter

# Whole units of the drawing, which browsers stretch to the room there is.
_STEP: Final = 10
_BAR: Final = 8  # The width of a bar; the rest of a step is a gap.
HEIGHT: Final = 100
_SMALLEST: Final = 3  # The height of a bar that stands for one of thousands: it must not disappear.
_HOUR: Final = 4  # Quarters.


@dataclass(frozen=True)
class Bar:
    """A rectangle. `y` counts from the top."""

    x: int
    y: int
    height: int
    is_bad: bool
    width: int = _BAR


@dataclass(frozen=True)
class Chart:
    """`peak` is what the tallest bar stands for. `times` are those of the axis, and `hours` a table of the same."""

    width: int
    bars: tuple[Bar, ...]
    peak: int
    times: tuple[datetime, ...]
    hours: tuple[Quarter, ...]
    height: int = HEIGHT


def draw(quarters: Sequence[Quarter]) -> Chart:
    """A bar for each quarter of an hour, what went wrong at its foot."""
    peak = max((quarter.good + quarter.bad for quarter in quarters), default=0)
    bars = []
    for number, quarter in enumerate(quarters):
        foot = HEIGHT
        for value, is_bad in ((quarter.bad, True), (quarter.good, False)):
            if value:
                height = max(_SMALLEST, value * HEIGHT // peak)
                top = max(0, foot - height)
                bars.append(Bar(number * _STEP, top, foot - top, is_bad))
                foot = top
    return Chart(
        width=len(quarters) * _STEP,
        bars=tuple(bars),
        peak=peak,
        times=tuple(quarter.start for quarter in quarters[:: max(1, len(quarters) // 4)]),
        hours=tuple(_hour(quarters[first : first + _HOUR]) for first in range(0, len(quarters), _HOUR)),
    )


def _hour(quarters: Sequence[Quarter]) -> Quarter:
    return Quarter(
        quarters[0].start, sum(quarter.good for quarter in quarters), sum(quarter.bad for quarter in quarters)
    )
