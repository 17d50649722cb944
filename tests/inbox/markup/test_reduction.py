import re

import pytest

from inbox.markup import reduction
from inbox.markup.parser_model import MAX_REPAIRS
from inbox.markup.reduction import MAX_SIZE, MAX_TOKENS, TooComplex, reduced


@pytest.mark.parametrize(
    ("letter", "expected"),
    [
        ("<p class=MsoNormal style='x'>Dear <b>Anna</b></p>", "<p>Dear <b>Anna</b></p>"),
        (
            '<a href="https://x.example/?a=1&b=2" onclick=x>y</a>',
            '<a href="https://x.example/?a=1&amp;b=2">y</a>',
        ),
        ("<section>a</section><svg><title>b</title></svg>", "<div>a</div>"),
        ("a <<b>1</b>", "a &lt;<b>1</b>"),
        ("<<x>script>alert(1)<<x>/script>", "&lt;script>alert(1)&lt;/script>"),
        ("<table dir=rtl><tr><td>x", '<table dir="rtl"><tr><td>x'),
    ],
)
def test_only_what_is_shown_is_left(letter, expected):
    assert reduced(letter) == expected


def test_values_of_attributes_stay_inside_their_quotes():
    assert reduced("<p lang='\"><script>'>") == '<p lang="&quot;&gt;&lt;script&gt;">'


@pytest.mark.parametrize(
    "letter",
    [
        "<DIV\n>" * 1_000,
        "<li><ul a=</ul>" * 1_000,
        "<table><tr><td>" * 1_000,
        "<dt><blockquote><dd>" * 1_000,
        "<ul><dd>" * 1_000,
        "<div></x>" * 1_000,
        "<p>x" * MAX_TOKENS,
        "x" * (MAX_SIZE + 1),
    ],
)
def test_what_is_too_deep_or_too_large_is_refused(letter):
    with pytest.raises(TooComplex):
        reduced(letter)


@pytest.mark.parametrize(
    "letter",
    [
        "<p>x" * 1_000,
        '<ul dir="auto">' + "<li>x" * 1_000,
        "<div>x</div>" * 1_000,
        "<br>" * 1_000,
        "<p><b>x" * 1_000,
    ],
)
def test_a_long_letter_is_not_taken_for_a_deep_one(letter):
    assert reduced(letter) == letter


@pytest.mark.parametrize(
    "address",
    [
        "https:x",
        "https:/x",
        "HTTPS:",
        "/x",
        "//x.example",
        "https://bank.example@evil.example/",
        "javascript:x",
        "h\tttps:x",
    ],
)
def test_a_link_that_leads_into_the_portal_or_pretends_is_left_out(address):
    assert reduced(f'<a href="{address}">x</a>') == "<a>x</a>"


@pytest.mark.parametrize("address", ["https://x.example", "https:\\\\x.example/@a", "MAILTO:a@b.example"])
def test_other_links_stay(address):
    assert reduced(f'<a href="{address}">x</a>') == f'<a href="{address}">x</a>'


def test_lists_quotes_and_tables_have_the_direction_of_their_own_words():
    assert reduced("<ul><li>x</ul>") == '<ul dir="auto"><li>x</ul>'
    assert reduced("<ul dir=rtl><li>x</ul>") == '<ul dir="rtl"><li>x</ul>'


def test_cells_span_a_limited_number_of_columns_and_rows():
    assert (
        reduced('<table dir=ltr><td colspan=" 2" rowspan=999>x')
        == '<table dir="ltr"><td colspan="2" rowspan="30">x'
    )
    assert reduced("<table>" + "<td colspan=1000>" * 200).count("colspan") == 100


def test_pictures_and_styles_do_not_count():
    letter = f"<style>{'x' * MAX_SIZE}</style><img src='data:image/png;base64,{'A' * MAX_SIZE}'><p>640 euro"
    assert reduced(letter) == "<p>640 euro"


@pytest.mark.parametrize(
    "letter",
    [
        "<div>" + "<b><i><u><s>" * 3 + "</div>" + "<p>x" * 900,
        "<table>" + "x<i>y</i>" * 900,
        "<b><div></b></div>" * 900,
    ],
)
def test_formatting_and_tables_are_left_out_if_a_parser_had_too_much_to_repair(letter, monkeypatch):
    assert re.search(r"<(b|i|u|s|table)\b", reduced(letter))
    monkeypatch.setattr("inbox.markup.parser_model.MAX_REPAIRS", 1_000)
    assert not re.search(r"<(b|i|u|s|table)\b", reduced(letter))
    assert re.sub("<.*?>", "", reduced(letter)) == re.sub("<.*?>", "", letter)


def test_formatting_that_is_written_correctly_needs_no_repair(monkeypatch):
    monkeypatch.setattr("inbox.markup.parser_model.MAX_REPAIRS", 0)
    letter = (
        '<table dir="rtl"><tr><td><p><b><span>x</span></b> <i>y</i></p></td></tr></table>'
        '<ul dir="rtl"><li><b>z</b></li></ul>'
    )
    assert reduced(letter * 100) == letter * 100
    assert MAX_REPAIRS > 0 and reduction._FEW * 22 <= MAX_REPAIRS
