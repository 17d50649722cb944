import pytest

from inbox.markup.letter import MAX_TEXT, MAX_TOKENS, read


@pytest.mark.parametrize(
    ("letter", "number"),
    [
        ("<img src=x><IMG src=y alt=z><svg></svg>", 3),
        ("<img width=600 height=200><img style='width:600px'><img width='100%'>", 3),
        (
            "<img width=1 height=1><img height='0'><img style='width:1px;height:1px'><img width=600 height=2>",
            0,
        ),
        ("<img style='display:none'><div hidden><img></div><img hidden>", 0),
        ("<img style='max-width:600px;line-height:1px'>", 1),
        ("<p>no picture", 0),
    ],
)
def test_pictures_are_counted_that_a_reader_would_have_seen(letter, number):
    assert read(letter).pictures == number


@pytest.mark.parametrize(
    ("letter", "has_words"),
    [
        ("<p>a", True),
        ("<img alt=a>", True),
        ("<p>&nbsp;<br> &zwnj;&#8203;</p>", False),
        ("<img src=x><style>p{}</style><title>x</title><img alt=' '>", False),
        ("&nbsp;" * 2_000 + "a", True),
        ("", False),
    ],
)
def test_words_are_what_can_be_seen(letter, has_words):
    assert read(letter).has_words is has_words


def test_what_is_too_long_is_cut_and_says_so():
    assert read("x" * MAX_TEXT).is_cut is False
    long = read("<p>" + "x" * MAX_TEXT + "y<p>z")
    assert long.is_cut and sum(len(value) for _, value, _ in long.tokens) == MAX_TEXT + 1
    many = read("<p>x" * MAX_TOKENS)
    assert many.is_cut and len(many.tokens) == MAX_TOKENS


def test_styles_pictures_and_comments_do_not_count():
    big = "x" * MAX_TEXT
    letter = read(
        f"<style>{big}</style><!--{big}--><img src='data:image/png;base64,{big}' title='{big}'><p>640 euro"
    )
    assert not letter.is_cut and letter.has_words and letter.pictures == 1
