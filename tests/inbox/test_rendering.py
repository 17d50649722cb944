import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.markup.reduction import MAX_SIZE
from inbox.rendering import MAX_LINKED, clean_html, linked_text, preview, words_of


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


def test_no_override_of_direction_makes_one_address_look_like_another():
    assert "\u202e" not in linked_text("\u202e https://evil.example/moc.knab//:sptth")


def test_a_preview_is_one_short_line():
    assert preview("Dear Anna,\n\n  thank you", None) == "Dear Anna, thank you"
    assert len(preview("word " * 1000, None)) <= 140
    assert preview("\n" * 1000 + "word", None) == "word"
    assert preview(None, "<p>Only HTML</p>") == "Only HTML" and preview(None, None) == ""


def test_a_preview_passes_over_styles():
    assert preview(None, f"<style>{'p{}' * 10_000}</style><p>Dear Anna") == "Dear Anna"


@pytest.mark.parametrize("letter", ["<div>" * 3_000 + "Dear Anna", "Dear Anna" + "x" * MAX_SIZE])
def test_html_that_is_too_deep_or_too_large_is_shown_as_text(letter):
    assert clean_html(letter) is None
    assert words_of(None, letter).startswith("Dear Anna")
