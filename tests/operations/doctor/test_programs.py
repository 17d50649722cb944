"""What the doctor says of `deliver` and `tidy`."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.findings import State
from portal.models import Heartbeat
from portal.operations.doctor import clocks, programs

pytestmark = pytest.mark.django_db(transaction=True)


def beat(host, program="deliver", ago=timedelta(), **fields):
    Heartbeat.objects.create(program=program, host=host, at=timezone.now() - ago, **fields)


def test_of_several_hosts_the_last_sign_of_life_counts():
    beat("old-host", ago=timedelta(days=2))
    beat("new-host", ago=timedelta(seconds=4))
    beat("new-host", "tidy", ago=timedelta(hours=3))
    found = list(programs.look())
    assert {finding.state for finding in found} == {State.OK}
    assert found[0].message.endswith("ago on new-host.") and found[1].message == "tidy ran 3 hours ago."


def test_a_round_that_failed_is_a_failure():
    beat("host-1", outcome="the database failed", succeeded=False)
    deliver, _tidy = programs.look()
    assert deliver.state == State.FAILURE and "its last round failed: the database failed" in deliver.message


def test_a_clock_of_another_host_that_is_ahead_is_noticed():
    beat("host-2", ago=-timedelta(minutes=5, seconds=1))
    clock = list(programs.look())[-1]
    assert clock.state == State.WARNING and "host-2" in clock.message and "5 minutes ahead" in clock.message


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=119), "119 seconds"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=7, seconds=20), "7 minutes"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(days=2), "2 days"),
    ],
)
def test_durations_are_said_in_words(duration, words):
    assert clocks.words(duration) == words
