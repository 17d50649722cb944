import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.markup.links import split

MARKED = "https://x.example/a"


def linked(text):
    """The pieces that are addresses, and where they lead."""
    return {piece.text: piece.address for piece in split(text) if piece.address}


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("See {}.", MARKED),
        ("See {}, please", MARKED),
        ("Pay at ({}), not elsewhere.", MARKED),
        ("<{}>", MARKED),
        ("[here]({})!", MARKED),
        ('"{}"', MARKED),
        ("“{}”", MARKED),
        ("‘{}’?", MARKED),
        ("'{}'...", MARKED),
        ("*{}*", MARKED),
        ("请看{}。谢谢", MARKED),
        ("（{}）", MARKED),
        ("{}\u2028next", MARKED),
        ("{}", "https://x.example/Foo_(bar)"),
        ("({}).", "https://x.example/Foo_(bar)"),
        ("{}", "https://x.example/o'brien"),
        ("{}", "https://müller.example/straße?q=ä&b=1#c"),
        ("{}", "http://x.example:8080"),
        ("{};", "HTTPS://X.EXAMPLE/?a=b"),
    ],
)
def test_a_web_address_ends_before_the_punctuation_around_it(text, address):
    assert linked(text.format(address)) == {address: address}


def test_an_address_without_a_scheme_gets_one():
    assert linked("www.x.example, WWW.y.example/z.") == {
        "www.x.example": "https://www.x.example",
        "WWW.y.example/z": "https://WWW.y.example/z",
    }


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Write to {} please.", "o'brien@example.com"),
        ("Ask ({}).", "claims@example.com"),
        ("<{}>", "claims+x@mail.example.co.uk"),
        ("'{}'", "o'brien@example.com"),
        ("“{}”, ‘x’", "a@example.com"),
        ("a,{};", "b_c@example.com"),
        ("E-mail:{}", "a.b@example.com"),
        ("mailto:{}", "a.b@example.com"),
        ("*{}*", "a.b@example.com"),
        ("{}'s", "a.b@example.com"),
        ("{} - call", "a@müller.example"),
        ("{}。", "a@example.com"),
        ("{}...", "a@example.com"),
    ],
)
def test_a_mail_address_is_found_as_a_whole(text, address):
    found = linked(text.format(address))
    assert list(found) == [address]
    assert found[address].startswith(f"mailto:{address.partition('@')[0]}@")


@pytest.mark.parametrize(
    "text",
    [
        "o’brien@example.com",  # Not an apostrophe, but it could be meant for one.
        "jo\u0308rg@example.com",
        "jörg@example.com",
        "邮箱anna@example.com",
        "anna@example.com\u0308",
        "anna@example.com@evil.example",
        "anna@example",
        "anna@@example.com",
        ".anna@example.com",
        "a..b@example.com",
        '"a b"@example.com',
        "x/anna@example.com",
        "ftp://user:pass@example.com/",
        "https://bank.example@evil.example/",
        "https://user:pass@evil.example/",
        "https:///x",
        "https://",
        "https://.",
        "www.",
        "www...",
        "xhttps://y.example",
        "javascript:alert(1)",
        "httpſ://x.example",
        "example.com",
    ],
)
def test_what_could_be_part_of_something_else_is_no_address(text):
    assert linked(text) == {}


def test_signs_that_would_begin_something_else_in_a_mail_address_are_encoded():
    assert linked("a&b=c#d%e@example.com") == {
        "a&b=c#d%e@example.com": "mailto:a%26b%3Dc%23d%25e@example.com"
    }


pieces = st.sampled_from(
    [
        "https://x.example/",
        "www.x.example",
        "a@b.example",
        "o'b@c.example",
        "(",
        ")",
        "]",
        ".",
        ",",
        "'",
        "\n",
        " ",
        "é",
    ]
)


@given(st.text() | st.lists(pieces | st.characters()).map("".join))
def test_nothing_is_altered_or_lost(text):
    assert "".join(piece.text for piece in split(text)) == text
