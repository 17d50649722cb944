"""When messages are sent again and looked up again."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from inbox.outgoing import schedule


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel("2026-11-03T14:05:20Z", tick=False):
        yield timezone.now()


def seconds_until(moment) -> float:
    return (moment - timezone.now()).total_seconds()


def test_retry_delays_grow_up_to_a_maximum():
    waits = [seconds_until(schedule.next_retry(attempts)) for attempts in range(8)]
    assert waits == [5, 5, 15, 45, 120, 300, 900, 900]


def test_a_retry_waits_for_as_long_as_the_api_asked():
    waits = [seconds_until(schedule.next_retry(attempts, at_least=100)) for attempts in (1, 4, 5)]
    assert waits == [100, 120, 300]


def test_a_delay_can_be_bounded():
    waits = [seconds_until(schedule.next_retry(attempts, at_most=60)) for attempts in (1, 3, 4, 9)]
    assert waits == [5, 45, 60, 60]


def test_lookups_are_timed_from_the_moment_a_message_became_unconfirmed(now):
    assert [seconds_until(schedule.next_lookup(now, lookups)) for lookups in range(6)] == [
        5,
        15,
        45,
        120,
        300,
        900,
    ]


def test_there_is_no_lookup_after_the_last_one(now):
    assert schedule.next_lookup(now, 6) is None


def test_lookups_that_an_outage_delayed_are_spaced_out(now):
    """Without a floor, each of them would be due immediately, since its time has passed."""
    hours_ago = now - timedelta(hours=3)
    assert [seconds_until(schedule.next_lookup(hours_ago, lookups)) for lookups in range(6)] == [5] * 6


def test_a_claim_lasts_longer_than_the_slowest_call(settings):
    assert schedule.claim_seconds() == settings.SECUREMAIL_SEND_DEADLINE + 15
