"""By when a message is usually answered: hours as they pass, or the company's working days."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError

from inbox.models import Holiday, Securebox
from inbox.reply_times import WEEKDAYS, Calendar, after_hours, after_working_days
from inbox.templatetags.mail import answered_by, reply_time
from tests.accounts.operators import make_superuser
from tests.conftest import sign_in

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Calendar(
    frozenset(range(5)),
    holidays=frozenset({date(2026, 4, 3), date(2026, 4, 6)}),  # Good Friday and Easter Monday.
    yearly_holidays=frozenset({(12, 25), (12, 26), (1, 1)}),
)
FRIDAY = datetime(2026, 11, 27, 18, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sent", "number", "day"),
    [
        (datetime(2026, 11, 23, 9, 0, tzinfo=BERLIN), 1, date(2026, 11, 24)),
        (datetime(2026, 11, 27, 23, 30, tzinfo=BERLIN), 2, date(2026, 12, 1)),
        (datetime(2026, 11, 28, 9, 0, tzinfo=BERLIN), 1, date(2026, 11, 30)),
        (
            datetime(2026, 11, 23, 23, 30, tzinfo=UTC),
            1,
            date(2026, 11, 25),
        ),  # In Berlin it is Tuesday already.
        (datetime(2026, 4, 2, 16, 0, tzinfo=BERLIN), 1, date(2026, 4, 7)),
        (datetime(2026, 12, 24, 9, 0, tzinfo=BERLIN), 2, date(2026, 12, 29)),
        (datetime(2026, 12, 31, 9, 0, tzinfo=BERLIN), 1, date(2027, 1, 4)),
        (datetime(2026, 3, 27, 9, 0, tzinfo=BERLIN), 1, date(2026, 3, 30)),  # The clocks change on the 29th.
    ],
)
def test_working_days_leave_out_weekends_and_holidays(sent, number, day):
    until = after_working_days(sent, number, OFFICE, BERLIN)
    assert until == datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=BERLIN)


def test_hours_pass_at_night_and_when_the_clocks_change():
    evening = datetime(2026, 10, 24, 22, 0, tzinfo=BERLIN)
    assert after_hours(evening, 4) == datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    assert after_hours(evening, 12) - evening.astimezone(UTC) == timedelta(hours=12)


def test_without_a_working_day_or_beyond_the_last_date_there_is_no_promise():
    last = datetime(9999, 12, 31, 23, 0, tzinfo=UTC)
    closed = Calendar(
        frozenset({0}), yearly_holidays=frozenset((m, d) for m in range(1, 13) for d in range(1, 32))
    )
    assert after_working_days(FRIDAY, 1, closed, BERLIN) is None
    assert after_working_days(last, 1, OFFICE, BERLIN) is None
    assert after_hours(last, 4) is None


@pytest.fixture
def box(db, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    return Securebox(slug="claims", title="Claims")


def test_a_box_counts_with_the_operators_days_and_reads_its_holidays_once(
    box, settings, django_assert_num_queries
):
    settings.PORTAL_WORKING_DAYS = [*WEEKDAYS[1:5], "sun"]
    Holiday.objects.create(date=date(2020, 11, 29), name="Founders' day", is_yearly=True)  # A Sunday in 2026.
    box.reply_working_days = 1
    with django_assert_num_queries(1):
        days = {box.reply_by(FRIDAY).date() for _row in range(10)}
    assert days == {date(2026, 12, 1)}


@time_machine.travel(FRIDAY)
@pytest.mark.parametrize(
    ("fields", "before", "after"),
    [
        ({"reply_working_days": 1}, "We usually reply within 1 working day.", ">Mon 30 Nov<"),
        ({"reply_working_days": 2}, "We usually reply within 2 working days.", '"2026-12-01">Tue 1 Dec<'),
        ({"reply_hours": 1}, "We usually reply within 1 hour.", '"2026-11-27T19:30:00Z">20:30<'),
        ({"reply_hours": 36}, "We usually reply within 36 hours.", ">Sun 29 Nov, 07:30<"),
    ],
)
def test_people_are_told_in_a_sentence(box, fields, before, after):
    for name, value in fields.items():
        setattr(box, name, value)
    assert reply_time(box) == before == answered_by(box, None)
    told = answered_by(box, FRIDAY)
    assert told.startswith("Usually answered by <time datetime=") and after in told
    assert answered_by(box, FRIDAY - timedelta(days=9)) == ""


def test_words_of_the_operator_stand_in_where_there_is_no_number(box):
    assert reply_time(box) == answered_by(box, FRIDAY) == ""
    box.reply_time = "within two days"
    assert reply_time(box) == answered_by(box, FRIDAY) == "Usual reply time: within two days"
    assert box.reply_by(FRIDAY) is None


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"reply_hours": 0}, "greater than or equal to 1"),
        ({"reply_hours": 721}, "less than or equal to 720"),
        ({"reply_working_days": 61}, "less than or equal to 60"),
        ({"reply_hours": 4, "reply_working_days": 2}, "in hours or in working days, not both"),
    ],
)
def test_a_bad_number_is_refused(db, fields, told):
    with pytest.raises(ValidationError, match=told):
        Securebox(slug="claims", name="Claims01", title="Claims", **fields).full_clean()


def test_operators_keep_the_holidays(db):
    browser = sign_in(make_superuser("Olga"))
    add, typed = (
        "/admin/inbox/holiday/add/",
        {"date": "2026-12-25", "name": "Christmas Day", "is_yearly": "on"},
    )
    browser.post(add, typed)
    assert list(Holiday.objects.values_list("date", "name", "is_yearly")) == [
        (date(2026, 12, 25), "Christmas Day", True)
    ]
    assert "Holiday with this Date already exists" in browser.post(add, typed).content.decode()
    assert "Enter a valid date" in browser.post(add, {**typed, "date": "soon"}).content.decode()
