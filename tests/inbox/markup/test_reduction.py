import re

import pytest

from inbox.markup import reduction
from inbox.markup.letter import read
from inbox.markup.parser_model import MAX_REPAIRS
from inbox.markup.reduction import MAX_SIZE, TooComplex


def reduced(letter):
    return reduction.reduced(read(letter).tokens).markup


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
        ("<<x>script>alert(1)<<x>/script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("&amp;lt;b&gt; &euro; &#128; &nosuch; 1 & 2", "&amp;lt;b&gt; € € &amp;nosuch; 1 &amp; 2"),
        (
            "<p><img src=cid:x alt='Policy &lt;4711&gt;'><img alt=' '><img></p>",
            "<p> Policy &lt;4711&gt; </p>",
        ),
        ("a\u202eb\x00c\u2028d&#8238;e", "abc\nde"),
        ("<xmp><b>x</xmp>", "<pre>&lt;b&gt;x</pre>"),
        ("<table dir=rtl><tr><td>x", '<table dir="rtl"><tr><td>x'),
    ],
)
def test_only_what_is_shown_is_left(letter, expected):
    assert reduced(letter) == expected


def test_values_of_attributes_stay_inside_their_quotes():
    assert reduced("<p lang='\"><script>'>") == '<p lang="&quot;&gt;&lt;script&gt;">'


@pytest.mark.parametrize(
    "letter",
    ["<li><ul a=</ul>" * 1_000, "<blockquote>" * 1_000, "<ul><dd><li>" * 1_000, "<ol><blockquote>" * 500],
)
def test_what_is_too_deep_is_refused(letter):
    with pytest.raises(TooComplex):
        reduced(letter)


@pytest.mark.parametrize(
    "letter", ["<DIV\n>a " * 1_000, "<table><tr><td>a" * 1_000, "<div>a</x>" * 1_000, "<span><b>a" * 1_000]
)
def test_what_is_too_deep_becomes_paragraphs_if_it_can(letter):
    left = reduced(letter)
    assert re.sub("<.*?>| ", "", left) == "a" * 1_000 and set(re.findall("<(.*?)>", left)) <= {"p"}


def test_only_the_beginning_of_a_very_long_letter_is_left():
    left = reduction.reduced(read(f"<p>{'x' * 93}</p>" * 2_700).tokens)
    assert left.is_cut and MAX_SIZE - 100 < len(left.markup) <= MAX_SIZE
    assert not reduction.reduced(read("<p>x</p>").tokens).is_cut


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
        "h\ttps:x",
        "http:x",
        "http://bank.example@evil.example/",
        "http://",
        "mailto:",
        "tel:",
        "#top",
        "ftp://x.example",
        "cid:x",
        "",
    ],
)
def test_a_link_that_leads_into_the_portal_or_pretends_or_does_not_work_is_left_out(address):
    assert reduced(f'<a href="{address}">x</a>y') == "xy"
    good = '<a href="https://x.example">y</a>'
    assert reduced(f'<a href="{address}"><b>x</a>{good}') == f"<b>x{good}"


@pytest.mark.parametrize(
    "address",
    [
        "https://x.example",
        "http://x.example/y",
        "https:\\\\x.example/@a",
        "MAILTO:a@b.example",
        "tel:+44123",
        "tel:(0800) 12-34",
    ],
)
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
    assert re.sub("<.*?>| ", "", reduced(letter)) == re.sub("<.*?>", "", letter)


def test_formatting_that_is_written_correctly_needs_no_repair(monkeypatch):
    monkeypatch.setattr("inbox.markup.parser_model.MAX_REPAIRS", 0)
    letter = (
        '<table dir="rtl"><tr><td><p><b><span>x</span></b> <i>y</i></p></td></tr></table>'
        '<ul dir="rtl"><li><b>z</b></li></ul>'
    )
    assert reduced(letter * 100) == letter * 100
    assert MAX_REPAIRS > 0 and reduction._FEW * 22 <= MAX_REPAIRS
