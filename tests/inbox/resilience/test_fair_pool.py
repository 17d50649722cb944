import pytest

from inbox.resilience.fair_pool import FairPool
from tests.support.patience import await_true

ALICE, BOB = 1, 2


@pytest.fixture
def pool():
    return FairPool(8, "test")


def test_one_consumer_takes_a_quarter_of_the_threads(pool, over):
    begun = []
    for _ in range(30):
        pool.submit(ALICE, lambda: begun.append(1) or over.wait(60))
    assert [pool.submit(BOB, lambda: "answer").result(60) for _ in range(10)] == ["answer"] * 10
    assert await_true(lambda: len(begun) == 2)


def test_the_rest_is_called_in_order_when_earlier_calls_end(pool, over):
    made = []
    calls = [pool.submit(ALICE, lambda: over.wait(60)) for _ in range(2)]
    calls += [pool.submit(ALICE, lambda number=number: made.append(number)) for number in range(20)]
    assert made == []
    over.set()
    for call in calls:
        call.result(60)
    assert sorted(made) == list(range(20)) and made[0] in (0, 1)


def test_a_call_that_was_cancelled_while_it_waited_is_not_made(pool, over):
    made = []
    hanging = [pool.submit(ALICE, lambda: over.wait(60)) for _ in range(2)]
    assert pool.submit(ALICE, lambda: made.append("cancelled")).cancel()
    last = pool.submit(ALICE, lambda: made.append("last"))
    over.set()
    for call in (*hanging, last):
        call.result(60)
    assert made == ["last"]


def test_an_error_reaches_whoever_asks_for_the_result(pool):
    for _ in range(10):
        with pytest.raises(ZeroDivisionError):
            pool.submit(ALICE, lambda: 1 // 0).result(60)
    assert pool.submit(ALICE, lambda: "answer").result(60) == "answer"


def test_nothing_is_kept_of_consumers_whose_calls_have_ended(pool):
    for consumer in range(1_000):
        pool.submit(consumer, lambda: None).result(60)
    assert await_true(lambda: not pool._queues and not pool._workers)
