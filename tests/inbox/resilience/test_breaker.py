"""The circuit breaker, with a clock that the tests set."""

import threading

import pytest

from inbox.resilience import breaker
from inbox.resilience.breaker import Breaker, NotTried
from inbox.securemail import BadAnswer, NotFound, Rejected, Unauthorised, Unavailable
from tests.support.clock import Clock


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(breaker, "monotonic", clock)
    return clock


@pytest.fixture
def box(clock):
    return Breaker("Claims01, reading")


def end(box, error=None, source=...):
    """Make one call with this outcome, for another source each time. Returns whether it was let through."""
    made = False
    try:
        with box.watch("list", object() if source is ... else source):
            made = True
            if error:
                raise error
    except type(error or Unavailable("")):
        pass
    return made


def fail(box, times=1, source=...):
    return [end(box, Unavailable("list"), source) for _ in range(times)]


def test_opens_after_failures_of_five_sources_in_a_row(box):
    assert fail(box, 7) == [True] * 5 + [False] * 2


def test_one_source_does_not_open_it_however_often_it_fails(box):
    assert fail(box, 50, source="one") == [True] * 50
    assert fail(box, 5) == [True] * 4 + [False]


def test_failures_without_a_source_count_for_nothing(box):
    assert fail(box, 50, source=None) == [True] * 50
    assert not box.has_failures


def test_a_trial_call_without_a_source_can_fail_too(box, clock):
    fail(box, 5)
    clock.now += 10
    assert fail(box, 2, source=None) == [True, False]


def test_a_call_that_another_breaker_refuses_is_no_failure(box):
    fail(box, 4)
    assert [end(box, NotTried("list")) for _ in range(5)] == [True] * 5
    assert fail(box, 2) == [True, False]


def test_a_trial_that_another_breaker_refuses_is_left_to_the_next_call(box, clock):
    fail(box, 5)
    clock.now += 10
    assert end(box, NotTried("list")) and end(box)


def test_a_long_outage_takes_no_more_memory(box, clock):
    for _ in range(1_000):
        fail(box)
        clock.now += 10
    assert len(box._failed) == 5


def test_a_call_that_is_not_made_was_certainly_not_sent(box):
    fail(box, 5)
    with pytest.raises(Unavailable, match="list: not tried") as refused, box.watch("list", object()):
        pass
    assert refused.value.certainly_not_sent


@pytest.mark.parametrize("kind", [BadAnswer, NotFound, Rejected, Unauthorised, None])
def test_any_answer_of_the_api_resets_the_failures(box, kind):
    fail(box, 4)
    end(box, kind and kind("list"))
    assert fail(box, 4) == [True] * 4
    assert end(box)


def test_too_many_requests_count_as_a_failure(box):
    for _ in range(5):
        end(box, Unavailable("list", http_status=429, certainly_not_sent=True))
    assert not end(box)


def test_after_ten_seconds_one_trial_call_is_made_while_others_fail_at_once(box, clock):
    fail(box, 5)
    clock.now += 9.9
    assert not end(box)
    clock.now += 0.2
    with box.watch("list", object()):
        assert [end(box) for _ in range(3)] == [False] * 3


def test_a_successful_trial_call_closes_it(box, clock):
    fail(box, 5)
    clock.now += 10
    assert [end(box) for _ in range(3)] == [True] * 3
    assert fail(box, 6) == [True] * 5 + [False]


def test_a_failed_trial_call_opens_it_for_another_ten_seconds(box, clock):
    fail(box, 5)
    clock.now += 10
    assert fail(box, 2) == [True, False]
    clock.now += 9.9
    assert not end(box)
    clock.now += 0.2
    assert end(box)


def test_a_trial_call_that_ends_in_a_bug_leaves_the_trial_to_the_next_call(box, clock):
    fail(box, 5)
    clock.now += 10
    assert end(box, ZeroDivisionError())
    assert end(box)


def test_a_trial_call_that_never_ends_is_replaced_after_a_minute(box, clock):
    fail(box, 5)
    clock.now += 10
    endless = box.watch("list", object())
    endless.__enter__()
    clock.now += 59
    assert not end(box)
    clock.now += 2
    assert end(box)


def test_a_call_from_before_it_opened_changes_nothing(box, clock):
    late = [box.watch("list", object()) for _ in range(7)]
    for call in late:
        call.__enter__()
    fail(box, 5)
    clock.now += 10
    assert end(box)
    for call in late[:6]:
        call.__exit__(Unavailable, Unavailable("list"), None)
    assert end(box)


def test_a_late_answer_does_not_close_it(box):
    with box.watch("list", object()):
        fail(box, 5)
    assert not end(box)


def test_of_twenty_concurrent_threads_one_makes_the_trial_call(box, clock):
    fail(box, 5)
    clock.now += 10
    start, over, made, refused = threading.Barrier(20), threading.Event(), [], []

    def ask():
        start.wait(60)
        try:
            with box.watch("list", object()):
                made.append(1)
                over.wait(60)
        except Unavailable:
            refused.append(1)
            if len(refused) == 19:
                over.set()

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]


def test_opening_and_closing_is_logged(box, clock, caplog):
    fail(box, 6)
    clock.now += 10
    end(box)
    assert [record.getMessage() for record in caplog.records] == [
        "Claims01, reading: no calls for 10 s, since the last ones failed",
        "Claims01, reading: answers again",
    ]
