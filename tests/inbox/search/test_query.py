"""What counts as found, whatever script it is written in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.search.folding import fold
from inbox.search.query import parse


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("claim", "Your CLAIM 4711"),
        ("muller", "Herr Müller"),
        ("MÜLLER", "Herr Mu\u0308ller"),
        ("strasse", "Hauptstraße 5"),
        ("straße", "HAUPTSTRASSE"),
        ("ﬁrma", "Firma"),
        ("istanbul", "İSTANBUL"),
        ("σοφοσ", "Σοφός"),
        ("ёлка", "ЕЛКА"),
        ("שלום", "שָׁלוֹם"),
        ("محمد", "مُحَمَّد"),
        ("سلام", "ســـلام"),
        ("أحمد", "احمد"),
        ("保険", "新しい保険証券"),
        ("ｶﾞｽ", "ガス"),
        ("한국", "대한국민"),
        ("हिंदी", "यह हिंदी है"),
        ("❤️", "with ❤ from us"),
        ("👩‍👧", "👩‍👧 policy"),
        ("versicherung", "Ver\u00adsiche\u00adrung"),
        ("can't", "We can’t do that"),
        ("4711 claim", "Claim number 4711"),
        ('"claim number"', "Your claim number is 4711"),
        ("„claim number“ 47", "Your claim number is 4711"),
        ("“claim  number”", "Your claim number is 4711"),
        ('"claim num', "Your claim number is 4711"),
        ("Müller, Hans.", "Hans Müller"),
        ("C++", "We use C++ here"),
        ("100%", "100% of it"),
        ("a", "Ann"),
        ("??", "What??"),
    ],
)
def test_finds(typed, text):
    assert parse(typed).is_in(text)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("claim 4712", "Your claim 4711"),
        ('"number claim"', "Your claim number is 4711"),
        ("cl*m", "claim"),
        ("cl.im", "claim"),
        ("c%m", "claim"),
        ("[a-z]+", "claim"),
        (".*", "claim"),
        ("कि", "का"),
        ("ไม่", "มา"),
    ],
)
def test_finds_nothing_else(typed, text):
    assert not parse(typed).is_in(text)


@pytest.mark.parametrize("typed", ["", "   ", '""', "\u200d", "\u0301", '" "'])
def test_there_may_be_nothing_to_look_for(typed):
    assert parse(typed).terms == ()


def test_words_may_stand_in_different_parts_of_a_message_but_a_phrase_in_one():
    assert parse("claim anna").is_in("Your claim", "Anna Berg")
    assert not parse('"claim anna"').is_in("Your claim", "Anna Berg")


def test_what_is_looked_for_is_in_no_representation():
    assert "secret" not in repr(parse("secret"))


@given(st.text(max_size=20), st.text(max_size=20))
def test_folding_in_parts_is_folding_the_whole(first, second):
    assert fold(first + second) == fold(first) + fold(second)
    assert fold(fold(first)) == fold(first)
