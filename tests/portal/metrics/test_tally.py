"""What a process counts in its memory until it is stored."""

import subprocess
import sys

import pytest
import time_machine

from portal.metrics import tally
from portal.metrics.tally import Count, Key

# In a process of its own: this one has threads, and whatever lock one of them holds stays locked in a fork, for ever.
FORK = """
import os
from portal.metrics import tally
tally.start(lambda: None)
tally.add("pages", "ok")
if (child := os.fork()) == 0:
    os._exit(len(tally.take()))
assert os.waitpid(child, 0)[1] == 0
assert len(tally.take()) == 1
"""
NOON = 1_772_366_400  # 2026-03-01 12:00 UTC.


@pytest.fixture(autouse=True)
def woken():
    calls = []
    tally.start(lambda: calls.append(1))
    yield calls
    tally.stop()


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOON + 20, tick=False):
        yield


def test_things_of_one_kind_in_one_quarter_of_an_hour_are_one_count():
    for seconds in (0.026, 0.05, 0.03):
        tally.add("reading", "ok", seconds, "Claims01")
    assert tally.take() == {Key(NOON, "reading", "Claims01", "ok", 50): Count(3, NOON + 20)}
    assert tally.take() == {}


@pytest.mark.parametrize(
    ("seconds", "within_ms"), [(0, 25), (0.025, 25), (0.0251, 50), (15, 15_000), (1e9, 15_000)]
)
def test_a_time_is_counted_under_the_first_bound_that_it_does_not_exceed(seconds, within_ms):
    tally.add("reading", "ok", seconds)
    assert [key.within_ms for key in tally.take()] == [within_ms]


def test_storing_is_asked_for_once_however_much_is_counted(woken):
    for _ in range(3):
        tally.add("pages", "ok")
    assert woken == [1]
    tally.take()
    tally.add("pages", "ok")
    assert woken == [1, 1]


def test_what_could_not_be_stored_is_not_lost():
    tally.add("pages", "ok")
    taken = tally.take()
    tally.add("pages", "ok")
    tally.put_back(taken)
    assert [count.number for count in tally.take().values()] == [2]


def test_counts_that_cannot_be_stored_for_days_take_no_more_room(monkeypatch):
    monkeypatch.setattr(tally, "_MOST", 2)
    for box in "abc":
        tally.add("reading", "ok", 0, box)
    tally.put_back({Key(NOON, "reading", "d", "ok", 25): Count(1, NOON)})
    assert {key.box for key in tally.take()} == {"a", "b"}


def test_a_command_counts_nothing():
    tally.stop()
    tally.add("pages", "ok")
    assert tally.take() == {}


def test_a_forked_process_does_not_store_what_its_parent_has_counted():
    assert subprocess.run([sys.executable, "-c", FORK], check=False, timeout=60).returncode == 0  # noqa: S603  Ours.
