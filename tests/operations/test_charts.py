"""Bars of a chart: what went wrong at the foot, and nothing too small to be seen."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.operations.charts import Bar, draw
from portal.operations.history import Quarter

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def quarters(*values):
    return [
        Quarter(NOON + number * timedelta(minutes=15), good, bad) for number, (good, bad) in enumerate(values)
    ]


def test_the_tallest_bar_fills_the_height_and_failures_stand_at_the_foot():
    chart = draw(quarters((3, 1), (2, 0), (0, 0), (0, 4)))
    assert chart.peak == 4 and (chart.width, chart.height) == (40, 100)
    assert chart.bars == (
        Bar(0, 75, 25, True),
        Bar(0, 0, 75, False),
        Bar(10, 50, 50, False),
        Bar(30, 0, 100, True),
    )


def test_one_failure_among_thousands_is_seen():
    foot, rest = draw(quarters((10_000, 1))).bars
    assert foot.is_bad and foot.height >= 3
    assert rest.y >= 0 and rest.y + rest.height == foot.y


@pytest.mark.parametrize("values", [[], [(0, 0)] * 96])
def test_a_day_on_which_nothing_happened_has_no_bars(values):
    chart = draw(quarters(*values))
    assert (chart.peak, chart.bars) == (0, ())


def test_the_table_has_a_row_for_each_hour():
    chart = draw(quarters(*[(1, 2)] * 96))
    assert len(chart.hours) == 24
    assert chart.hours[1] == Quarter(NOON + timedelta(hours=1), 4, 8)
    assert [time.hour for time in chart.times] == [12, 18, 0, 6]
