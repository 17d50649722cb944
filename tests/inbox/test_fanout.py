import logging
import threading

import pytest

from inbox import fanout
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
