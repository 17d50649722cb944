"""Django and its admin use the portal's formats for dates and times."""

from datetime import UTC, datetime

import pytest
from django.utils.formats import date_format

MOMENT = datetime(2026, 7, 2, 15, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("format_name", "expected"),
    [
        ("DATE_FORMAT", "2 Jul 2026"),
        ("DATETIME_FORMAT", "2 Jul 2026, 15:04"),
        ("SHORT_DATETIME_FORMAT", "2 Jul 2026, 15:04"),
        ("TIME_FORMAT", "15:04"),
    ],
)
def test_dates_have_the_portals_format(format_name, expected):
    assert date_format(MOMENT, format_name) == expected
