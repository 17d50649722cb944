"""Django, its admin and the portal use the formats of the language for dates, times and numbers."""

from datetime import UTC, datetime

import pytest
from django.utils import translation
from django.utils.formats import date_format

from portal.numbers import grouped

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


def test_numbers_have_the_format_of_the_language():
    assert grouped(1234567) == "1,234,567"
    with translation.override("de"):
        assert grouped(1234567) == "1.234.567"
