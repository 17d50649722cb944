from datetime import UTC, datetime

import pytest
import time_machine

from inbox.templatetags.mail import exact_date, mail_date


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 11, 23, 14, 5, tzinfo=UTC), "Today 14:05"),
        (datetime(2026, 11, 22, 23, 59, tzinfo=UTC), "Yesterday 23:59"),
        (datetime(2026, 11, 3, 9, 0, tzinfo=UTC), "3 Nov"),
        (datetime(2024, 11, 3, 9, 0, tzinfo=UTC), "3 Nov 2024"),
        (datetime(2026, 12, 24, 9, 0, tzinfo=UTC), "24 Dec"),
        (None, "no date"),
    ],
)
@time_machine.travel(datetime(2026, 11, 23, 15, 0, tzinfo=UTC))
def test_mail_date_is_relative_for_recent_days(moment, words):
    assert mail_date(moment) == words


def test_mail_date_is_in_the_portals_time_zone(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    assert exact_date(datetime(2026, 1, 1, 23, 30, tzinfo=UTC)) == "Friday 2 January 2026, 00:30"
