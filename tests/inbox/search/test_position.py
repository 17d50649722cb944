"""Where a search goes on: signed, for one consumer and the same words."""

import pytest

from inbox.paging import Start
from inbox.search import position
from inbox.search.position import BadPosition, Position
from inbox.search.query import parse

HERE = Position({"claims": Start(50, ("0123abcd", "4567abcd")), "billing": None})
QUERY = parse("window")


def test_comes_back_as_it_was():
    signed = position.sign(HERE, 1, QUERY)
    assert position.read(signed, 1, QUERY) == HERE
    assert position.read(signed, 1, parse("WINDOW")) == HERE


def test_begins_with_the_newest_messages_without_one():
    assert position.read("", 1, QUERY).start("claims") == Start(0)
    assert HERE.start("a new one") == Start(0) and HERE.start("billing") is None


@pytest.mark.parametrize(
    ("consumer_id", "typed"), [(2, "window"), (1, "windows"), (1, "window open"), (1, "")]
)
def test_is_void_for_others_and_for_other_words(consumer_id, typed):
    with pytest.raises(BadPosition):
        position.read(position.sign(HERE, 1, QUERY), consumer_id, parse(typed))


@pytest.mark.parametrize("forged", ["x", "é", "a:b:c", "." * 10_000, "\x00", "WyIiLHt9XQ:1abcde:signature"])
def test_is_void_if_it_was_not_signed_here(forged):
    with pytest.raises(BadPosition):
        position.read(forged, 1, QUERY)


def test_a_new_secret_key_keeps_it(settings):
    signed, old = position.sign(HERE, 1, QUERY), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-key", [old]
    assert position.read(signed, 1, QUERY) == HERE


def test_says_nothing_of_the_words():
    assert "window" not in position.sign(HERE, 1, QUERY)
