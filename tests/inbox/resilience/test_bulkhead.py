"""The limit on calls in progress."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from inbox.resilience import bulkhead
from inbox.resilience.bulkhead import Bulkhead
from inbox.securemail import Unavailable
from tests.support.patience import await_true

ALICE, BOB = -1, -2
MADE, REFUSED = "made", "refused"


_consumers = count(1)


def ask(box, until=None, consumer_id=None):
    """One call that ends when the event is set; of another consumer each time."""
    try:
        with box.slot("list", consumer_id or next(_consumers)):
            if until:
                until.wait(60)
        return MADE
    except Unavailable as error:
        assert error.certainly_not_sent and "too many calls in flight" in str(error)
        return REFUSED


@pytest.fixture
def pool(over):
    with ThreadPoolExecutor(40) as pool:
        yield pool
        over.set()


def test_as_many_calls_are_made_as_there_are_slots(pool, over):
    box = Bulkhead(16)
    calls = [pool.submit(ask, box, over) for _ in range(16)]
    assert await_true(lambda: len(box._calls) == 16)
    calls += [pool.submit(ask, box, over) for _ in range(24)]
    refused = [call for call in calls[16:] if call.result(timeout=60) == REFUSED]
    over.set()
    assert len(refused) == 24
    assert [call.result() for call in calls[:16]] == [MADE] * 16


def test_a_call_waits_for_a_slot(pool, over, monkeypatch):
    monkeypatch.setattr(bulkhead, "WAIT", 30)
    monkeypatch.setattr(bulkhead, "SLOW", 30)
    box = Bulkhead(1)
    with box.slot("list", ALICE):
        waiting = pool.submit(ask, box)
        with pytest.raises(TimeoutError):
            waiting.result(timeout=0.1)
    assert waiting.result(timeout=60) == MADE


def test_a_call_waits_for_at_most_a_second(pool, monkeypatch):
    monkeypatch.setattr(bulkhead, "SLOW", 30)
    box = Bulkhead(1)
    with box.slot("list", ALICE):
        assert pool.submit(ask, box).result(timeout=60) == REFUSED


def test_a_call_does_not_wait_behind_one_that_hangs(pool, monkeypatch):
    monkeypatch.setattr(bulkhead, "WAIT", 30)
    box, now = Bulkhead(1), bulkhead.monotonic
    with box.slot("list", ALICE):
        monkeypatch.setattr(bulkhead, "monotonic", lambda: now() + 1.1)
        assert pool.submit(ask, box).result(timeout=60) == REFUSED


def test_a_waiting_call_gives_up_once_the_one_ahead_hangs(pool, monkeypatch):
    monkeypatch.setattr(bulkhead, "WAIT", 30)
    box = Bulkhead(1)
    with box.slot("list", ALICE):
        assert pool.submit(ask, box).result(timeout=60) == REFUSED


def test_a_failed_call_frees_its_slot(monkeypatch):
    box = Bulkhead(1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), box.slot("list", ALICE):
            raise ZeroDivisionError
    assert ask(box) == MADE


def test_one_consumer_holds_a_quarter_of_the_slots(pool, over, monkeypatch):
    monkeypatch.setattr(bulkhead, "WAIT", 0)
    box = Bulkhead(16)
    calls = [pool.submit(ask, box, over, ALICE) for _ in range(30)]
    assert await_true(lambda: sum(call.done() for call in calls) == 26)
    assert [ask(box, None, BOB) for _ in range(10)] == [MADE] * 10
    over.set()
    assert Counter(call.result(timeout=60) for call in calls) == {REFUSED: 26, MADE: 4}


@pytest.mark.parametrize(("slots", "held"), [(1, 1), (2, 1), (7, 1), (8, 2), (16, 4), (256, 64)])
def test_every_consumer_may_hold_one(slots, held):
    assert bulkhead.share(slots) == held


def test_a_call_waits_for_the_consumers_own_share(pool, over, monkeypatch):
    monkeypatch.setattr(bulkhead, "WAIT", 30)
    monkeypatch.setattr(bulkhead, "SLOW", 30)
    box = Bulkhead(4)
    with box.slot("list", ALICE):
        waiting = pool.submit(ask, box, None, ALICE)
        assert ask(box, None, BOB) == MADE
        assert not waiting.done()
    assert waiting.result(timeout=60) == MADE


def test_a_free_slot_wakes_whoever_may_take_it(pool, over, monkeypatch):
    """The one who has waited longest may not: her share is used up."""
    monkeypatch.setattr(bulkhead, "WAIT", 30)
    monkeypatch.setattr(bulkhead, "SLOW", 30)
    box, alice_is_over = Bulkhead(4), threading.Event()
    pool.submit(ask, box, alice_is_over, ALICE)
    others = [pool.submit(ask, box, over, number) for number in (10, 11)]
    with box.slot("list", 12):
        assert await_true(lambda: len(box._calls) == 4)
        second = pool.submit(ask, box, None, ALICE)
        bob = pool.submit(ask, box, None, BOB)
    assert bob.result(timeout=60) == MADE and not second.done()
    alice_is_over.set()
    over.set()
    assert [call.result(timeout=60) for call in (second, *others)] == [MADE] * 3


def test_the_hanging_calls_of_one_consumer_do_not_keep_others_from_waiting(pool, monkeypatch):
    """All slots are taken: a quarter of them by calls that hang, the rest by calls that have just begun."""
    monkeypatch.setattr(bulkhead, "WAIT", 30)
    monkeypatch.setattr(bulkhead, "SLOW", 30)
    box, now = Bulkhead(4), bulkhead.monotonic
    with box.slot("list", ALICE):
        monkeypatch.setattr(bulkhead, "monotonic", lambda: now() + 100)
        with box.slot("list", 10), box.slot("list", 11):
            with box.slot("list", 12):
                waiting = pool.submit(ask, box, None, BOB)
                with pytest.raises(TimeoutError):
                    waiting.result(timeout=0.1)
            assert waiting.result(timeout=60) == MADE
