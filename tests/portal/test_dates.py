"""Dates as people read them, and as `<time>` elements in templates."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.template import Context, Template
from django.utils import timezone, translation

from portal import dates

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def rendered(name: str, moment: datetime | None) -> str:
    return Template(f"{{{{ moment|{name} }}}}").render(Context({"moment": moment}))


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 11, 23, 14, 5, tzinfo=UTC), "14:05"),
        (datetime(2026, 11, 22, 23, 59, tzinfo=UTC), "Yesterday"),
        (datetime(2026, 11, 21, 23, 59, tzinfo=UTC), "21 Nov"),
        (datetime(2024, 11, 3, 9, 0, tzinfo=UTC), "3 Nov 2024"),
        (datetime(2026, 12, 24, 9, 0, tzinfo=UTC), "24 Dec"),
        (datetime(2026, 11, 24, 9, 0, tzinfo=UTC), "24 Nov"),  # Clocks differ.
    ],
)
@time_machine.travel(NOW)
def test_a_date_in_a_list_is_short(moment, words):
    assert dates.for_list(moment) == words


@time_machine.travel(NOW)
def test_the_same_moment_is_another_time_elsewhere():
    sent = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
    for zone, words in [("Europe/Berlin", "15:05"), ("UTC", "14:05"), ("Asia/Kolkata", "19:35")]:
        with timezone.override(zone):
            assert dates.for_list(sent) == words


@time_machine.travel(datetime(2026, 10, 25, 23, 30, tzinfo=UTC))
def test_yesterday_is_the_readers(settings):
    sent = datetime(2026, 10, 25, 13, 0, tzinfo=UTC)
    assert dates.for_list(sent) == "13:00"
    with timezone.override(
        "Europe/Berlin"
    ):  # Where the clocks were set back that night, and it is the 26th already.
        assert dates.for_list(sent) == "Yesterday"
        assert dates.for_list(datetime(2026, 10, 24, 22, 30, tzinfo=UTC)) == "Yesterday"
        assert dates.for_list(datetime(2026, 10, 24, 21, 30, tzinfo=UTC)) == "24 Oct"


@time_machine.travel(NOW)
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("list_date", "3 Nov 2024"),
        ("sent_date", "3 Nov 2024, 10:05"),
        ("exact_date", "Sunday 3 November 2024, 10:05"),
        ("short_date", "3 Nov 2024, 10:05"),
        ("time_of_day", "10:05"),
    ],
)
def test_a_date_is_an_element_without_fractions_of_a_second(name, words):
    with timezone.override("Europe/Berlin"):
        html = rendered(name, datetime(2024, 11, 3, 9, 5, 1, 123456, tzinfo=UTC))
    assert html == f'<time datetime="2024-11-03T09:05:01Z">{words}</time>'


@pytest.mark.parametrize("name", ["list_date", "exact_date"])
def test_a_message_without_a_date_says_so(name):
    assert rendered(name, None) == "no date"


@time_machine.travel(NOW)
def test_the_year_is_left_out_of_a_sentence_where_it_is_this_one():
    assert dates.for_sentence(datetime(2026, 11, 3, 14, 5, tzinfo=UTC)) == "3 Nov, 14:05"


def test_mails_name_the_zone():
    with timezone.override("Europe/Berlin"):
        assert rendered("with_zone", datetime(2026, 7, 2, 15, 4, tzinfo=UTC)) == "2 Jul 2026, 17:04 CEST"


@time_machine.travel(NOW)
def test_a_language_without_formats_of_ours_has_djangos():
    moment = datetime(2026, 11, 3, 14, 5, tzinfo=UTC)
    with translation.override("de"):
        assert dates.for_list(moment) == "3. November"
        assert dates.for_sentence(moment) == "03.11.2026 14:05"
        assert dates.exact(moment) == "3. November 2026 14:05"
        assert dates.formatted(date(2026, 12, 1), "WEEKDAY_FORMAT") == "1. Dezember"


def test_a_moment_of_long_ago_is_valid_in_html():
    with timezone.override("Europe/Berlin"):  # Whose offset was 53 minutes and 28 seconds.
        assert dates.for_machines(datetime(1890, 1, 1, tzinfo=UTC)) == "1890-01-01T00:00:00Z"


@time_machine.travel(NOW, tick=False)
def test_scripts_compare_moments_by_the_millisecond():
    assert rendered("for_scripts", NOW.replace(microsecond=123456)) == "2026-11-23T15:00:00.123Z"
    assert rendered("for_scripts", None) == ""
    assert Template("{% now_for_scripts %}").render(Context()) == "2026-11-23T15:00:00.000Z"
