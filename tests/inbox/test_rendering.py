import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.rendering import MAX_LINKED, MAX_SIZE, clean_html, html_as_text, linked_text, preview


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


def test_html_as_text_keeps_words_and_lines():
    html = "<style>p{}</style><h1>Offer</h1><p>Dear&nbsp;Anna,<br>see &lt;here&gt;.</p><ul><li>One<li>Two</li></ul>"
    assert html_as_text(html) == "Offer\nDear Anna,\nsee <here>.\n\nOne\nTwo"


def test_html_as_text_separates_table_cells():
    html = "<table><tr><th>Item</th><th>Paid</th></tr><tr><td>Rug</td><td>220.00</td></tr></table>"
    assert html_as_text(html) == "Item Paid\nRug 220.00"


def test_a_preview_is_one_short_line():
    assert preview("Dear Anna,\n\n  thank you", None) == "Dear Anna, thank you"
    assert len(preview("word " * 1000, None)) <= 140
    assert preview(None, "<p>Only HTML</p>") == "Only HTML" and preview(None, None) == ""


@pytest.mark.parametrize(
    "bomb",
    [
        "<div>" * 257,
        "<b><i>" * 20_000,
        "<DIV\n>" * 300,
        "<p><b>x" * 300,
        "<table><tr><td>" * 300,
        "<div></x>" * 300,
        "<b></i>" * 300,
        "x" * (MAX_SIZE + 1),
    ],
)
def test_html_that_is_too_deep_or_too_large_is_never_sanitized(bomb, monkeypatch):
    monkeypatch.setattr("nh3.clean", lambda *_, **__: pytest.fail("It was."))
    assert clean_html(bomb) is None
    html_as_text(bomb)


@pytest.mark.parametrize(
    "letter", ["<p>x" * 1_000, "<ul>" + "<li>x" * 1_000, "<div>x</div>" * 1_000, "<br>" * 1_000]
)
def test_a_long_body_is_not_taken_for_a_deep_one(letter):
    assert clean_html(letter) is not None
