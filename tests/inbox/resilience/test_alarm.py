"""Operators are alarmed once when the API refuses the portal itself."""

import logging

import pytest

from inbox.access import mailbox_of
from inbox.resilience.alarm import Alarm
from inbox.securemail import (
    BadAnswer,
    Misconfigured,
    NotFound,
    Rejected,
    SecureMailError,
    Unauthorised,
    Unavailable,
)


def end(alarm, error=None):
    try:
        with alarm.watch():
            if error:
                raise error
    except SecureMailError:
        pass


def logged(caplog):
    return [(record.levelno, record.getMessage()) for record in caplog.records]


RAISED = (
    logging.ERROR,
    "Claims01, reading: the API refuses the portal, until an operator mends that: list: HTTP 403",
)
OVER = (logging.WARNING, "Claims01, reading: the API does not refuse the portal any more")


@pytest.mark.parametrize("kind", [Misconfigured, Unauthorised])
def test_the_first_refusal_is_an_error_in_the_log(caplog, kind):
    alarm = Alarm("Claims01, reading")
    for _ in range(50):
        end(alarm, kind("list", http_status=403))
    assert logged(caplog) == [RAISED]


@pytest.mark.parametrize("kind", [NotFound, Rejected, None])
def test_an_answer_about_the_call_itself_ends_it(caplog, kind):
    alarm = Alarm("Claims01, reading")
    for _ in range(2):
        end(alarm, Unauthorised("list", http_status=403))
        end(alarm, kind and kind("list"))
        end(alarm)
    assert logged(caplog) == [RAISED, OVER] * 2


@pytest.mark.parametrize("kind", [Unavailable, BadAnswer])
def test_what_is_no_answer_of_the_api_changes_nothing(caplog, kind):
    alarm = Alarm("Claims01, reading")
    end(alarm, kind("list"))
    end(alarm, Unauthorised("list", http_status=403))
    end(alarm, kind("list"))
    end(alarm, Unauthorised("list", http_status=403))
    assert logged(caplog) == [RAISED]


def test_all_pages_and_consumers_together_raise_one(alice, bob, sandbox, caplog):
    sandbox.fault("status", status=403)
    for consumer in (alice, bob, alice):
        with pytest.raises(Unauthorised):
            mailbox_of(consumer, "claims").page(1, 10)
    assert [text for level, text in logged(caplog) if level == logging.ERROR] == [
        "Claims01, reading: the API refuses the portal, until an operator mends that: list: HTTP 403, FAILURE"
    ]
