import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.markup.letter import MAX_TEXT
from inbox.rendering import MAX_LINKED, formatted, linked_text, plain, preview, words_of
from portal.characters import tidied

BLANKS = ["", "\n", " \r\n\t", "\xa0", "\u200b\ufeff", "\u2060\xad\n\u200c"]


def words(markup):
    return html.unescape(re.sub("<.*?>", "", markup))


def test_text_is_escaped_before_it_is_linked():
    assert linked_text("<i>a</i> & b") == "&lt;i&gt;a&lt;/i&gt; &amp; b"


def test_a_very_long_text_has_no_links():
    text = "www.example.com " * (MAX_LINKED // 16)
    assert "<a " in linked_text(text)
    assert linked_text(f"{text}<") == f"{text}&lt;"


@given(st.text())
def test_text_becomes_no_tag_other_than_a_link(text):
    shown = linked_text(text)
    assert all(part.startswith(("a href=", "/a>")) for part in shown.split("<")[1:])


TROUBLE = [
    "https://a.example/",
    "www.b.example",
    "o'brien@c.example",
    "(",
    ")",
    ",",
    ";",
    "'",
    '"',
    "&amp;",
    "<b>",
    "\r",
    "\n",
    " ",
]


@given(st.text() | st.lists(st.sampled_from(TROUBLE) | st.characters(exclude_categories=["Cs"])).map("".join))
def test_linking_alters_nothing_that_can_be_seen(text):
    assert words(linked_text(text)) == tidied(text)


def test_an_address_with_an_apostrophe_is_no_other_persons():
    assert linked_text("o'brien@example.com") == (
        '<a href="mailto:o\'brien@example.com" target="_blank" '
        'rel="noopener noreferrer nofollow">o\'brien@example.com</a>'
    )


def test_no_override_of_direction_makes_one_address_look_like_another():
    assert "\u202e" not in linked_text("\u202e https://evil.example/moc.knab//:sptth")


def test_a_letter_carries_few_marks():
    pile = "a" + "\u0301" * 10_000
    assert len(linked_text(pile)) == len(formatted(f"<p>{pile}").markup) - len("<p></p>") == 31
    assert len(formatted("<p>a" + "&#769;" * 10_000).markup) == 31 + len("<p></p>")


def test_a_preview_is_one_short_line():
    assert preview("Dear Anna,\n\n  thank you", None) == "Dear Anna, thank you"
    assert len(preview("word " * 1000, None)) <= 140
    assert preview("\n" * 1000 + "word", None) == "word"
    assert preview(None, "<p>Only HTML</p>") == "Only HTML" and preview(None, None) == ""


@pytest.mark.parametrize(
    "before",
    [
        f"<style>{'p{}' * 10_000}</style>",
        f"<!--{'x' * 100_000}-->",
        f"<img src='data:image/png;base64,{'A' * 400_000}'>",
        "<div style='display:none'>Peek: your invoice &zwnj; &nbsp;</div>",
        "<table><tr><td></td></tr></table>" * 200,
        "<title>Untitled</title>\n\n  &nbsp;",
    ],
)
def test_a_preview_passes_over_what_is_not_seen(before):
    assert preview(None, f"{before}<p>Dear Anna") == "Dear Anna"


@pytest.mark.parametrize("blank", BLANKS)
def test_a_text_without_words_gives_way_to_the_html(blank):
    body = "<p>Your claim was <b>accepted</b>."
    assert (
        words_of(blank, body)
        == preview(blank, body)
        == plain(blank, body).markup
        == "Your claim was accepted."
    )


@pytest.mark.parametrize(
    "blank", [None, "", "<p>&nbsp;</p>", "<div><br></div>", "<img width=1 height=1>", "<style>p{}</style>"]
)
def test_html_without_anything_to_see_gives_way_to_the_text(blank):
    assert formatted(blank) is None
    assert (
        words_of("Accepted.", blank)
        == preview("Accepted.", blank)
        == plain("Accepted.", blank).markup
        == "Accepted."
    )


@pytest.mark.parametrize(
    "stub",
    [
        "This is an HTML message.",
        "Ihr Programm unterstützt kein HTML.",
        "Ouvrez ce message dans votre navigateur : https://x.example/1",
        "View this e-mail in your browser",
        "\n--\nYour insurance",
    ],
)
def test_a_text_that_only_points_to_the_html_gives_way(stub):
    body = f"<p>Your claim was accepted.</p>{'<p>We will pay 640 euro.</p>' * 40}"
    assert words_of(stub, body).startswith("Your claim was accepted.")
    assert preview(stub, body).startswith("Your claim was accepted.")


@pytest.mark.parametrize(
    ("text", "body"),
    [
        (
            "Your claim was accepted.",
            f"<p>Home</p><p>Your claim was<br>accepted.</p>{'<p>Imprint</p>' * 400}",
        ),
        ("Yours, Priya", "<p>Anything else</p>"),
        ("This is no HTML.", "<p>&nbsp;</p><img src=x>"),
        ("Open it in a browser. " * 40, "<p>Anything else</p>"),
    ],
)
def test_a_text_that_says_what_the_html_says_stays(text, body):
    assert words_of(text, body) == text


def test_pictures_are_told_of():
    letter = "<p>Hi</p><img src=a alt='Your number is 4711'><img src=b width=600><img width=1 height=1>"
    assert (formatted(letter).pictures, plain(None, letter).pictures) == (2, 2)
    assert (
        "Your number is 4711" in formatted(letter).markup and "number is 4711" in plain(None, letter).markup
    )
    assert plain("Its text is enough.", letter).pictures == 0


def test_a_letter_of_pictures_alone_is_not_nothing():
    for shown in (formatted("<img src=a><img src=b>"), plain(None, "<img src=a><img src=b>")):
        assert (shown.markup, shown.pictures) == ("", 2)


def test_a_photo_in_the_letter_takes_no_room():
    letter = f"<style>p{{color:red}}</style><p>Here.<img alt='' src='data:image/png;base64,{'A' * 400_000}'><b>640 euro"
    assert formatted(letter).markup == "<p>Here.<b>640 euro</b></p>" and not formatted(letter).is_cut
    assert words_of(None, letter) == "Here.640 euro"


def test_what_is_cut_is_told_of():
    long = "<p>Dear Anna" + "<p>word" * 60_000
    for shown in (formatted(long), plain(None, long)):
        assert shown.is_cut and "Dear Anna" in shown.markup
    assert plain("x" * (MAX_TEXT + 1), None).is_cut is False


def test_html_that_is_too_deep_is_shown_as_text():
    letter = "<blockquote>" * 3_000 + "Dear Anna"
    assert formatted(letter) is None
    assert words_of(None, letter).endswith("> Dear Anna")


def test_plain_text_under_the_name_of_html_keeps_its_lines():
    assert formatted("Dear Anna,\n\nit is settled.") is None
    assert plain(None, "Dear Anna,\n\nit is settled.").markup == "Dear Anna,\n\nit is settled."


def test_a_quote_of_a_formatted_letter_stands_apart_where_it_is_asked_for():
    letter = (
        '<p>Thank <b>you</b>.</p><blockquote type="cite"><p>Dear Anna,<p>we have news.<p>Priya</blockquote>'
    )
    shown = formatted(letter, folded=True)
    assert shown.markup == "<p>Thank <b>you</b>.</p>" and "we have news." in shown.quoted
    assert formatted(letter).markup == shown.markup + shown.quoted and not formatted(letter).quoted


def test_a_quote_that_is_cut_is_told_of():
    letter = '<p>Thank you.</p><blockquote type="cite">' + "<p>word" * 60_000
    shown = formatted(letter, folded=True)
    assert shown.is_cut and shown.markup == "<p>Thank you.</p>"
