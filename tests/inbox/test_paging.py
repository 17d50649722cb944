"""Lists that are read from an API with a cap, in the other order, with a wrong count, and that change meanwhile."""

import random
from dataclasses import replace
from itertools import count, product

import pytest

from inbox import paging
from inbox.paging import ListChanged, Source, Start, read_page
from inbox.securemail import Message, Unavailable

FIRST = Start(0)


class Api:
    """A list of messages by their ids, the newest first, and every call to it. None is an unusable message."""

    def __init__(self, ids, *, cap=None, oldest_first=False, counts=None):
        self.ids, self.cap, self.oldest_first, self.counts = list(ids), cap, oldest_first, counts
        self.calls = []

    def list(self, index, number):
        self.calls.append(("list", index, number))
        ids = self.ids[::-1] if self.oldest_first else self.ids
        shown = ids[index : index + min(number, self.cap or number)]
        return tuple(None if one is None else Message(id=one) for one in shown)

    def count(self):
        self.calls.append(("count",))
        if isinstance(self.counts, Exception):
            raise self.counts
        return len(self.ids) + (self.counts or 0)

    @property
    def source(self):
        return Source("Claims01", self.list, self.count, lambda message: [message.id], self.oldest_first)

    def page(self, start=FIRST, size=10):
        """The ids on a page, and where the next one begins."""
        self.calls.clear()
        found = read_page(self.source, start, size)
        return [row and row.id for row in found.rows], found.next

    def pages(self, size=10):
        """The ids on each page, following the links."""
        start, pages = Start(0), []
        while start is not None:
            ids, start = self.page(start, size)
            pages.append(ids)
            assert len(self.calls) <= paging.MAX_CALLS and len(pages) <= 100
        return pages


def mails(number):
    return [f"m{n}" for n in range(number)]


def flat(pages):
    return [one for page in pages for one in page]


CAPS, TOTALS, SIZES = (None, 5, 6, 9, 10, 11), (0, 1, 4, 5, 9, 10, 11, 20, 23), (1, 4, 10)


@pytest.mark.parametrize("oldest_first", [False, True])
@pytest.mark.parametrize("size", SIZES)
def test_the_pages_of_any_list_hold_each_message_once_and_in_order(size, oldest_first):
    for cap, total in product(CAPS, TOTALS):
        paging.forget_answers()
        pages = Api(mails(total), cap=cap, oldest_first=oldest_first).pages(size)
        assert flat(pages) == mails(total), (cap, total)
        assert all(pages) or total == 0, (cap, total)


@pytest.mark.parametrize(
    ("total", "calls"),
    [
        (0, [("list", 0, 11)]),
        (4, [("list", 0, 11)]),
        (5, [("list", 0, 11), ("count",)]),
        (10, [("list", 0, 11), ("count",)]),
        (11, [("list", 0, 11)]),
    ],
)
def test_the_first_page_costs_one_call_and_a_count_if_it_may_be_capped(total, calls):
    api = Api(mails(total))
    api.page()
    assert api.calls == calls


def test_a_page_shorter_than_an_answer_seen_before_needs_no_count():
    Api(mails(11)).page()
    api = Api(mails(10))
    assert api.page() == (mails(10), None) and api.calls == [("list", 0, 11)]


def test_messages_are_marked_only_for_a_link_to_the_next_page():
    marked = []
    source = replace(Api(mails(30)).source, marks=lambda message: marked.append(message.id) or [message.id])
    found = read_page(source, FIRST, 10)
    assert found.more and marked == []
    assert found.next.position == 10 and marked == mails(10)


def test_a_page_reached_by_its_link_costs_one_call():
    api = Api(mails(50))
    start = api.page()[1]
    assert api.page(start)[0] == mails(50)[10:20] and api.calls == [("list", 5, 16)]


@pytest.mark.parametrize(
    ("cap", "calls"),
    [
        (10, [("list", 0, 11), ("count",)]),
        (5, [("list", 0, 11), ("count",), ("list", 5, 6)]),
    ],
)
def test_a_capped_list_is_read_on_from_what_was_received(cap, calls):
    api = Api(mails(23), cap=cap)
    assert api.page()[0] == mails(10) and api.calls == calls


def test_a_cap_that_is_lowered_is_noticed_within_an_hour(monkeypatch):
    Api(mails(11)).page()
    api = Api(mails(23), cap=5)
    assert api.page()[1] is None
    now = paging.monotonic()
    monkeypatch.setattr(paging, "monotonic", lambda: now + 3601)
    assert api.page()[0] == mails(10)


def test_a_small_cap_makes_large_pages_shorter_and_loses_nothing():
    pages = Api(mails(120), cap=5).pages(size=50)
    assert len(pages[0]) == 5 * (paging.MAX_CALLS - 1) and flat(pages) == mails(120)


@pytest.mark.parametrize("cap", [None, 5, 10])
@pytest.mark.parametrize("total", [0, 3, 10, 23])
def test_a_count_that_fails_leaves_it_to_the_list(cap, total):
    """Where the page is full the next one may turn out to be empty, which the link cannot know."""
    pages = Api(mails(total), cap=cap, counts=Unavailable("count")).pages()
    assert flat(pages) == mails(total)


@pytest.mark.parametrize("wrong", [-20, -3, 3, 1_000_000])
@pytest.mark.parametrize("cap", [None, 5, 10])
def test_a_wrong_count_neither_hides_messages_nor_runs_in_circles(cap, wrong):
    """Unless it is as long as what was received: then it is believed."""
    pages = Api(mails(24), cap=cap, counts=wrong).pages()
    assert flat(pages) == mails(24)


@pytest.mark.parametrize("wrong", [-4, -1, 1, 4])
@pytest.mark.parametrize("cap", [None, 5, 11])
def test_a_wrong_count_does_not_hide_the_newest_where_the_oldest_come_first(cap, wrong):
    api = Api(mails(23), cap=cap, oldest_first=True, counts=wrong)
    first, start = api.page()
    assert first == mails(23)[: len(first)] and len(first) >= 5
    assert api.page(start)[0][0] == mails(23)[len(first)]


def test_a_count_that_is_far_off_is_no_empty_mailbox_where_the_oldest_come_first():
    with pytest.raises(paging.BadAnswer):
        Api(mails(3), oldest_first=True, counts=100_000).page()
    assert Api(mails(3), oldest_first=True, counts=-3).page()[0] == mails(3)


def test_a_list_with_the_oldest_first_costs_a_count_and_a_call():
    api = Api(mails(23), oldest_first=True)
    start = api.page()[1]
    assert api.calls == [("count",), ("list", 13, 11)]
    assert api.page(start)[0] == mails(23)[10:20] and api.calls == [("count",), ("list", 3, 15)]


@pytest.mark.parametrize("oldest_first", [False, True])
def test_mail_that_arrives_between_count_and_list_is_on_the_first_page(oldest_first):
    api = Api(mails(23), oldest_first=oldest_first)
    counted = api.count

    def count_and_receive():
        total = counted()
        api.ids.insert(0, "new")
        api.count = counted
        return total

    api.count = count_and_receive
    if oldest_first:
        assert api.page()[0] == ["new", *mails(9)]


def test_an_api_that_fails_after_the_first_answer_shows_what_there_is():
    api = Api(mails(23), cap=5)
    listed, api.list = api.list, lambda index, number: fail() if index else listed(index, number)

    def fail():
        raise Unavailable("list")

    ids, start = api.page()
    assert ids == mails(5) and start.position == 5


def test_reading_ends_in_time(monkeypatch):
    clock = count(0, 2.5)
    monkeypatch.setattr(paging, "monotonic", lambda: next(clock))
    ids, start = Api(mails(23), cap=5).page()
    assert 0 < len(ids) < 10 and start.position == len(ids)


def test_a_page_that_is_not_reached_in_time_is_no_end_and_can_be_asked_for_again(monkeypatch):
    """The first answer of a capped list holds only messages of the page before."""
    api = Api(mails(23), cap=5)
    start = api.page()[1]
    with monkeypatch.context() as patch:
        clock = count(0, 2.5)
        patch.setattr(paging, "monotonic", lambda: next(clock))
        ids, again = api.page(start)
    assert ids == [] and again is not None
    assert api.page(again)[0] == mails(23)[10:20]


# --- Lists that change between two pages ------------------------------------------------------------------


def turn(api, change, size=10):
    """The ids on the second page, if this happens after the first."""
    start = api.page(size=size)[1]
    change(api.ids)
    return api.page(start, size)[0]


@pytest.mark.parametrize("cap", [None, 5, 10])
@pytest.mark.parametrize("oldest_first", [False, True])
@pytest.mark.parametrize("gone", [(0,), (9,), (4, 9), (0, 1, 2, 3, 4, 5, 6, 7, 8), (3, 4, 5, 6, 7, 8, 9)])
def test_messages_that_go_do_not_hide_those_that_follow(gone, cap, oldest_first):
    def remove(ids):
        for at in reversed(gone):
            del ids[at]

    page = turn(Api(mails(40), cap=cap, oldest_first=oldest_first), remove)
    assert page == mails(40)[10 : 10 + len(page)] and len(page) >= 5


@pytest.mark.parametrize("arrived", [1, 5, 11, 14])
@pytest.mark.parametrize("oldest_first", [False, True])
def test_messages_that_arrive_repeat_none(arrived, oldest_first):
    page = turn(
        Api(mails(40), oldest_first=oldest_first),
        lambda ids: ids.__setitem__(slice(0, 0), [f"new{n}" for n in range(arrived)]),
    )
    assert page == mails(40)[10:20]


def test_if_a_whole_page_has_gone_the_page_before_tells_where_to_go_on():
    api = Api(mails(40))
    second = api.page(api.page()[1])[1]
    del api.ids[10:20]
    assert api.page(second)[0] == mails(40)[20:30]


@pytest.mark.parametrize("change", [lambda ids: ids.__delitem__(slice(0, 10)), lambda ids: ids.clear()])
def test_if_everything_that_was_seen_has_gone_the_list_begins_anew(change):
    with pytest.raises(ListChanged):
        turn(Api(mails(40)), change)


def test_a_message_that_appears_late_among_those_seen_is_shown():
    assert turn(Api(mails(40)), lambda ids: ids.insert(8, "late"))[0] == "late"


def test_unusable_messages_have_their_places():
    api = Api(["m0", None, "m1", None, None, None, "m2", None])
    assert api.pages(3) == [["m0", None, "m1"], [None, None, None], ["m2", None]]
    assert flat(Api([None] * 25).pages()) == [None] * 25


@pytest.mark.parametrize("oldest_first", [False, True])
@pytest.mark.parametrize("cap", [None, 5, 10])
def test_whatever_happens_between_pages_nothing_that_stays_is_skipped(cap, oldest_first):
    for seed in range(60):
        chance = random.Random(seed)  # noqa: S311  Repeatable, and no secret.
        size = chance.choice([1, 3, 10])
        api = Api(mails(chance.randrange(45)), cap=cap, oldest_first=oldest_first)
        new, stays, seen, start = count(), set(api.ids), set(), Start(0)
        while start is not None:
            try:
                ids, start = api.page(start, size)
            except ListChanged:
                ids, start = [], Start(0)
            assert len(api.calls) <= 2 * paging.MAX_CALLS
            seen.update(ids)
            for _ in range(chance.randrange(4)):
                if chance.random() < 0.4:
                    api.ids.insert(0, f"new{next(new)}")
                elif api.ids:
                    stays.discard(api.ids.pop(chance.randrange(len(api.ids))))
        assert stays <= seen, seed
