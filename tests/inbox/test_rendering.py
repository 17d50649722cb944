import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.rendering import MAX_SIZE, clean_html, html_as_text, linked_text, preview


def test_text_is_escaped_before_it_is_linked():
    assert linked_text("<i>a</i> & b") == "&lt;i&gt;a&lt;/i&gt; &amp; b"


@given(st.text())
def test_no_text_becomes_a_tag_other_than_a_link(text):
    shown = linked_text(text)
    assert all(part.startswith(("a href=", "/a>")) for part in shown.split("<")[1:])


def test_html_as_text_keeps_words_and_lines():
    html = "<style>p{}</style><h1>Offer</h1><p>Dear&nbsp;Anna,<br>see &lt;here&gt;.</p><ul><li>One</li><li>Two</li></ul>"
    assert html_as_text(html) == "Offer\nDear Anna,\nsee <here>.\nOne\nTwo"


def test_a_preview_is_one_short_line():
    assert preview("Dear Anna,\n\n  thank you", None) == "Dear Anna, thank you"
    assert len(preview("word " * 1000, None)) <= 140
    assert preview(None, "<p>Only HTML</p>") == "Only HTML" and preview(None, None) == ""


@pytest.mark.parametrize(
    "bomb",
    [
        "<div>" * 100_000,
        "<b><i>" * 20_000,
        "<p>x" * MAX_SIZE,
        "<" * MAX_SIZE,
        "<table><tr><td>" * 10_000,
        "&" * MAX_SIZE,
    ],
)
def test_a_bomb_is_over_within_a_second(bomb):
    started = time.process_time()
    clean_html(bomb), html_as_text(bomb), linked_text(bomb), preview(None, bomb)
    assert time.process_time() - started < 2
