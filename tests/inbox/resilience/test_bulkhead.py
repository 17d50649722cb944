"""The limit on calls in progress."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from inbox.resilience import bulkhead
from inbox.resilience.bulkhead import Bulkhead
from inbox.securemail import Unavailable

MADE, REFUSED = "made", "refused"


def ask(box, until=None):
    """One call that ends when the event is set."""
    try:
        with box.slot("list"):
            if until:
                until.wait(60)
        return MADE
    except Unavailable as error:
        assert error.certainly_not_sent and "too many calls in flight" in str(error)
        return REFUSED


@pytest.fixture
def over():
    """Ends the calls in progress, at the end of the test at the latest."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def pool(over):
    with ThreadPoolExecutor(40) as pool:
        yield pool
        over.set()


def test_as_many_calls_are_made_as_there_are_slots(pool, over):
    box = Bulkhead(16)
    calls = [pool.submit(ask, box, over) for _ in range(40)]
    refused = [call for call in calls[16:] if call.result(timeout=60) == REFUSED]
    over.set()
    assert len(refused) == 24
    assert [call.result() for call in calls[:16]] == [MADE] * 16


def test_a_call_waits_for_a_slot(pool, over, monkeypatch):
    monkeypatch.setattr(bulkhead, "WAIT", 30)
    monkeypatch.setattr(bulkhead, "SLOW", 30)
    box = Bulkhead(1)
    with box.slot("list"):
        waiting = pool.submit(ask, box)
        with pytest.raises(TimeoutError):
            waiting.result(timeout=0.1)
    assert waiting.result(timeout=60) == MADE


def test_a_call_waits_for_at_most_a_second(pool, monkeypatch):
    monkeypatch.setattr(bulkhead, "SLOW", 30)
    box = Bulkhead(1)
    with box.slot("list"):
        assert pool.submit(ask, box).result(timeout=60) == REFUSED


def test_a_call_does_not_wait_behind_one_that_hangs(pool, monkeypatch):
    monkeypatch.setattr(bulkhead, "WAIT", 30)
    box, now = Bulkhead(1), bulkhead.monotonic
    with box.slot("list"):
        monkeypatch.setattr(bulkhead, "monotonic", lambda: now() + 1.1)
        assert pool.submit(ask, box).result(timeout=60) == REFUSED


def test_a_waiting_call_gives_up_once_the_one_ahead_hangs(pool, monkeypatch):
    monkeypatch.setattr(bulkhead, "WAIT", 30)
    box = Bulkhead(1)
    with box.slot("list"):
        assert pool.submit(ask, box).result(timeout=60) == REFUSED


def test_a_failed_call_frees_its_slot(monkeypatch):
    box = Bulkhead(1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), box.slot("list"):
            raise ZeroDivisionError
    assert ask(box) == MADE
