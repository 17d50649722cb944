"""Whose turn it is to save a whole securebox."""

import pytest

from inbox.keeping import turns
from inbox.keeping.turns import Busy, State, Turn
from tests.support.lost_cache import redis_at, unused_port
from tests.support.patience import a_minute_at_most


@pytest.fixture(autouse=True)
def nobody_saves(monkeypatch):
    monkeypatch.setattr(turns, "_active", {})


def test_one_person_has_one_turn_at_a_time():
    first = turns.take(1, "", 10)
    assert isinstance(first, Turn) and turns.take(1, "", 10) is Busy.SAME_PERSON
    first.end()
    assert isinstance(turns.take(1, "", 10), Turn)


def test_so_does_one_who_asks_another_process(monkeypatch):
    turns.take(1, "", 10)
    monkeypatch.setattr(turns, "_active", {})
    assert turns.take(1, "", 10) is Busy.SAME_PERSON


def test_a_process_has_only_so_many(settings):
    settings.PORTAL_SAVES_AT_ONCE = 2
    first, _second = turns.take(1, "", 1), turns.take(2, "", 1)
    assert turns.take(3, "", 1) is Busy.OTHERS
    first.end()
    assert isinstance(turns.take(3, "", 1), Turn)


def test_ending_twice_ends_nobody_elses():
    first = turns.take(1, "", 1)
    first.end()
    turns.take(1, "", 1)
    first.end()
    assert turns.take(1, "", 1) is Busy.SAME_PERSON


def test_a_turn_that_is_given_back_while_another_is_taken_holds_nothing_up(monkeypatch):
    """As when Python comes upon an abandoned file just then, and throws it away: in this very thread."""

    class Abandoned(dict):
        def values(self):
            first.end()
            return super().values()

    first = turns.take(1, "", 1)
    monkeypatch.setattr(turns, "_active", Abandoned(turns._active))
    with a_minute_at_most():
        assert isinstance(turns.take(1, "", 1), Turn)


def test_progress_is_of_one_person_and_one_attempt():
    turn = turns.take(1, "a" * 24, 10)
    turn.report(4)
    assert turns.progress(1, "a" * 24).done == 4
    for consumer, ticket in ((1, "b" * 24), (1, ""), (2, "a" * 24)):
        assert turns.progress(consumer, ticket).state is State.UNKNOWN


def test_without_the_cache_one_process_still_keeps_to_it(settings):
    settings.CACHES = redis_at(unused_port())
    first = turns.take(1, "a" * 24, 10)
    first.report(1)
    assert isinstance(first, Turn) and turns.take(1, "", 10) is Busy.SAME_PERSON
    assert turns.progress(1, "a" * 24).state is State.UNKNOWN
