import logging
import threading

import pytest

from inbox.resilience import fanout
from inbox.securemail import Unauthorised, Unavailable
from portal.logs import request_id, start_request


def fail(error):
    def call():
        raise error

    return call


def test_answers_and_failures_keep_their_places(caplog):
    answers = fanout.ask_all([lambda: 1, fail(Unauthorised("count")), lambda: 3], 5)
    assert answers[0] == 1 and answers[2] == 3 and isinstance(answers[1], Unauthorised)
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_a_line_logged_while_asking_names_the_request_that_asked():
    name = start_request()
    assert fanout.ask_all([request_id, request_id], 5) == [name, name]


def test_what_takes_too_long_is_unavailable():
    over = threading.Event()
    answers = fanout.ask_all([lambda: over.wait(5), lambda: 2], 0.1)
    over.set()
    assert isinstance(answers[0], Unavailable) and answers[1] == 2


def test_a_fault_of_ours_does_not_pass_for_one_of_the_upstreams():
    with pytest.raises(ZeroDivisionError):
        fanout.ask_all([lambda: 1 // 0], 5)


def test_of_many_calls_eight_are_made_at_a_time():
    eight, made = threading.Barrier(8), []

    def call():
        made.append(1)
        eight.wait(10)
        return len(made)

    answers = fanout.ask_all([call] * 16, 20)
    assert answers[:8] == [8] * 8 and answers[8:] == [16] * 8


def test_once_the_time_is_over_no_call_is_begun(monkeypatch):
    over, begun, start = threading.Event(), [], fanout.start
    monkeypatch.setattr(fanout, "start", lambda calls: begun.extend(calls) or start(calls))
    answers = fanout.ask_all([lambda: over.wait(5)] * 20, 0.1)
    over.set()
    assert len(begun) == 8
    assert len(answers) == 20 and all(isinstance(answer, Unavailable) for answer in answers)
