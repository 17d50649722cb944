import logging
import threading

import pytest

from inbox.resilience import fanout
from inbox.securemail import Unauthorised, Unavailable
from portal.request_context import begin, request_id
from tests.support.clock import HeldClock

ALICE = 1


def fail(error):
    def call():
        raise error

    return call


def test_results_and_errors_are_in_the_order_of_the_calls(caplog):
    answers = fanout.ask_all([lambda: 1, fail(Unauthorised("count")), lambda: 3], ALICE, 60)
    assert answers[0] == 1 and answers[2] == 3 and isinstance(answers[1], Unauthorised)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


def test_log_lines_of_a_call_have_the_request_id():
    name = begin().id
    assert fanout.ask_all([request_id, request_id], ALICE, 60) == [name, name]


def test_a_call_that_takes_too_long_is_unavailable():
    over = threading.Event()
    started = fanout.start([lambda: over.wait(60), lambda: 2], ALICE)
    started[1].result(60)
    answers = fanout.finish(started, 0.1)
    over.set()
    assert isinstance(answers[0], Unavailable) and answers[1] == 2


def test_a_bug_is_raised_and_not_returned():
    with pytest.raises(ZeroDivisionError):
        fanout.ask_all([lambda: 1 // 0], ALICE, 60)


def test_three_calls_are_made_at_a_time():
    three, made = threading.Barrier(3), []

    def call():
        made.append(1)
        three.wait(60)
        return len(made)

    answers = fanout.ask_all([call] * 6, ALICE, 60)
    assert answers == [3] * 3 + [6] * 3


def test_no_call_is_started_after_the_time(monkeypatch):
    over, begun, start = threading.Event(), [], fanout.start
    monkeypatch.setattr(fanout, "start", lambda calls, who: begun.extend(calls) or start(calls, who))
    monkeypatch.setattr(fanout, "time", HeldClock(lambda: begun))
    answers = fanout.ask_all([lambda: over.wait(60)] * 20, ALICE, 0.5)
    over.set()
    assert len(begun) == 3
    assert len(answers) == 20 and all(isinstance(answer, Unavailable) for answer in answers)
