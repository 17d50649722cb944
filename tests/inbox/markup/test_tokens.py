import pytest

from inbox.markup.tokens import Kind, attributes_of, decoded, tokens


def written(markup):
    """The tokens as a parser without comments would be given them."""
    shapes = {Kind.TEXT: "{}", Kind.START: "<{}>", Kind.END: "</{}>"}
    return [shapes[kind].format(value) for kind, value, _ in tokens(markup)]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("Hi <B CLASS='x'>you</b\n>!", ["Hi ", "<b>", "you", "</b>", "!"]),
        ("<p title=\"a>b\" id='</p>' lang=</p>>x", ["<p>", ">x"]),
        ("<br/><hr / >", ["<br>", "<hr>"]),
        ("<a/b=c/d>x", ["<a>", "x"]),
        ("<o:p></o:p>", ["<o:p>", "</o:p>"]),
        ("a < b <3 <", ["a ", "<", " b ", "<", "3 ", "<"]),
        ("a<!-- <b> -- > -->b<!-->c<!--->d--!>e", ["a", "b", "c", "d--!>e"]),
        ("a<!-- <b> --!>b", ["a", "b"]),
        ("<!doctype html><?xml?></ x></>a<![endif]>b", ["a", "b"]),
        ("<script>if (a<b) '</p>'</script >x", ["<script>", "</script>", "x"]),
        ("<STYLE><!-- </style> -->", ["<style>", "</style>", " -->"]),
        ("<title><b></titles></title>x", ["<title>", "</title>", "x"]),
        ("<textarea><b></textarea>", ["<textarea>", "<b>", "</textarea>"]),
        ("<plaintext><b>", ["<plaintext>", "<b>"]),
    ],
)
def test_markup_is_split_as_browsers_split_it(markup, expected):
    assert written(markup) == expected


@pytest.mark.parametrize("rest", ["<b", '<b a="', "<b a=", "<!-- ", "<!", "<script> </b>", "<style>b"])
def test_the_end_of_a_letter_may_be_torn(rest):
    assert [part for part in written(f"a{rest}") if not part.startswith("<")] == ["a"]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p title='>Dear <b>Anna", ["<p>", "Dear ", "<b>", "Anna"]),
        ('<a href="x>Dear</a> Anna', ["<a>", "Dear", "</a>", " Anna"]),
        ("<!-- x>Dear <b>Anna<!-- ", ["Dear ", "<b>", "Anna"]),
        ("<title>Dear <b>Anna", ["<title>", "Dear ", "<b>", "Anna"]),
        ("<b <i Dear>Anna", ["<b>", "Anna"]),
    ],
)
def test_what_does_not_end_hides_nothing_that_follows(markup, expected):
    assert written(markup) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (" a=1 B='2' c=\"3\" d", {"a": "1", "b": "2", "c": "3", "d": ""}),
        (" href = 'x&amp;y' href=z", {"href": "x&y"}),
        (" a=b=c/ /e", {"a": "b=c/", "e": ""}),
        (" =a=b", {"=a": "b"}),
        ("/a='<' ", {"a": "<"}),
    ],
)
def test_attributes_are_read_as_browsers_read_them(source, expected):
    assert attributes_of(source) == expected


def test_a_reference_of_thousands_of_digits_is_no_error():
    assert decoded(f"&#{'1' * 5000};") == f"&#{'1' * 5000};"
    assert decoded("&lt;&#65;") == "<A"
