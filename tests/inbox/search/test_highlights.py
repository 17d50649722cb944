"""Which part of a line is marked, and which part of a text is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.search.highlights import excerpt, marked
from inbox.search.query import parse


def written(line, typed):
    """The line with brackets around what is marked."""
    return "".join(
        f"[{piece.text}]" if piece.found else piece.text for piece in marked(line, parse(typed).terms)
    )


@pytest.mark.parametrize(
    ("line", "typed", "shown"),
    [
        ("Your claim 4711", "CLAIM", "Your [claim] 4711"),
        ("Herr Müller", "mull", "Herr [Müll]er"),
        ("Herr Mu\u0308ller", "mu", "Herr [Mu\u0308]ller"),
        ("Große Straße", "ss", "Gro[ß]e Stra[ß]e"),
        ("ﬁrma", "f", "[ﬁ]rma"),
        ("מכתב שָׁלוֹם", "שלום", "מכתב [שָׁלוֹם]"),
        ("ab abab", "ab ba", "[ab] [abab]"),
        ("claims", "claim aims", "[claims]"),
        ("nothing", "else", "nothing"),
        ("", "else", ""),
    ],
)
def test_marks_what_was_found(line, typed, shown):
    assert written(line, typed) == shown


@given(st.text(max_size=60), st.text(max_size=5))
def test_the_pieces_are_the_line(line, typed):
    assert "".join(piece.text for piece in marked(line, parse(typed).terms)) == line


def test_a_letter_that_is_everywhere_is_marked_in_bounded_time():
    assert len(marked("a b " * 20_000, ("a",))) == 100


def test_an_excerpt_shows_the_first_word_that_is_found():
    text = " ".join(["before"] * 300 + ["Größe"] + ["after"] * 300)
    shown = excerpt(text, parse("grosse").terms, 160)
    assert shown.startswith("…before ") and " Größe after" in shown and shown.endswith("…")
    assert len(shown) <= 162


def test_an_excerpt_without_a_word_is_the_beginning():
    assert excerpt("word " * 100, ("else",), 22) == "word word word word…"
    assert excerpt("short", ("else",), 160) == "short"


@given(st.text(max_size=400), st.text(min_size=1, max_size=3), st.text(max_size=400))
def test_an_excerpt_has_the_word_wherever_it_stands(before, word, after):
    terms = parse(word).terms
    line = " ".join(f"{before} {word} {after}".split())
    if all(term in line for term in terms):
        assert any(piece.found for piece in marked(excerpt(line, terms, 160), terms)) == bool(terms)
