"""Reading a list far back: each message once, and never a call more than the budget has."""

from itertools import product

import pytest

from inbox import paging, reading_back
from inbox.paging import Start
from inbox.reading_back import read_pages
from inbox.securemail import TooLong, Unavailable
from tests.inbox.test_paging import FIRST, Api, mails
from tests.support.clock import Clock


def read(api, start=FIRST, *, size=10, calls=10, seconds=4.0):
    """The ids that are read with one budget, and where to go on."""
    api.calls.clear()
    ids, following = [], start
    for page in read_pages(api.source, start, size, calls=calls, seconds=seconds):
        ids += [row and row.id for row in page.rows]
        following = page.next
    assert len(api.calls) <= calls
    return ids, following


@pytest.mark.parametrize(("oldest_first", "budgets"), [(False, (1, 2, 10)), (True, (5, 10))])
def test_budget_after_budget_reads_any_list_to_its_end(oldest_first, budgets):
    for cap, total, calls in product((None, 5, 6), (0, 1, 5, 20, 53), budgets):
        paging.forget_answers()
        api, start, ids = Api(mails(total), cap=cap, oldest_first=oldest_first), Start(0), []
        for _press in range(40):
            found, start = read(api, start, calls=calls)
            ids += found
            if start is None:
                break
        assert (start, ids) == (None, mails(total)), (cap, total, calls)


def test_goes_on_where_it_stopped():
    api = Api(mails(100))
    first, start = read(api, calls=3)
    second, _ = read(api, start, calls=3)
    assert first + second == mails(100)[: len(first + second)] and len(first) == len(second) == 30


def test_one_call_is_enough_to_get_further():
    api = Api(mails(30))
    assert read(api, calls=1)[0] == mails(30)[:10]


def test_begins_no_call_after_its_time(monkeypatch):
    clock = Clock()
    for module in (paging, reading_back):
        monkeypatch.setattr(module, "monotonic", clock)
    api = Api(mails(100))
    answer = api.list

    def slow(index, number):
        clock.now += 1.5
        return answer(index, number)

    api.list = slow
    ids, start = read(api, seconds=2.0)
    assert ids == mails(20) and start is not None


def test_asks_for_less_where_a_response_is_too_long():
    api = Api(mails(30))
    answer = api.list

    def heavy(index, number):
        rows = answer(index, number)
        if number > 20:
            raise TooLong("list")
        return rows

    api.list = heavy
    ids, start = read(api, size=50, calls=4)
    assert ids == mails(30) and start is None
    assert [number for _name, _index, number in api.calls] == [51, 11, 13, 13]


def test_a_message_that_no_response_can_hold_is_an_error():
    api = Api(mails(3))

    def heavy(index, number):
        raise TooLong("list")

    api.list = heavy
    with pytest.raises(TooLong):
        read(api, size=50)


def test_what_was_read_before_a_failure_is_kept():
    api = Api(mails(30))
    answer = api.list

    def failing(index, number):
        if index:
            raise Unavailable("list")
        return answer(index, number)

    api.list = failing
    pages = read_pages(api.source, Start(0), 10, calls=10, seconds=4.0)
    assert [row.id for row in next(pages).rows] == mails(10)
    with pytest.raises(Unavailable):
        next(pages)
