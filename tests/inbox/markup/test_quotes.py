import pytest

from inbox.markup.letter import read
from inbox.markup.quotes import split, split_letter
from inbox.markup.text import text_of

QUOTE = "> Dear Anna,\n> \n> we have news."
HEAD = "On 3 Mar 2026, 14:05, Priya Rao wrote:"


@pytest.mark.parametrize(
    "quote",
    [
        QUOTE,
        f"{HEAD}\n{QUOTE}",
        f"Am 03.03.2026 um 14:05 schrieb Priya Rao:\n\n{QUOTE}",
        f"On 3 Mar 2026, 14:05, Priya Rao <priya@example.com>\nwrote:\n{QUOTE}",
        f"{QUOTE}\n> > earlier\n\n> more",
        f"{HEAD}\n\nDear Anna,\nwe have news.",
        "-----Original Message-----\nFrom: Priya Rao\nDear Anna",
        "---- Ursprüngliche Nachricht ----\nVon: Priya Rao\nHallo",
    ],
)
def test_a_quote_at_the_end_is_told_from_the_letter(quote):
    assert split(f"Thank you.\nAnna\n\n{quote}\n") == ("Thank you.\nAnna", quote)


@pytest.mark.parametrize(
    "text",
    [
        "Thank you.",
        "",
        QUOTE,
        f"{HEAD}\n{QUOTE}",
        "Thank you.\n> one line",
        f"{QUOTE}\n\nI agree.",
        f"{QUOTE}\nYes.\n{QUOTE}\nNo.",
        "As I wrote:\nit is wet.\nVery wet.",
        "a > b\nc > d\ne > f",
        "- one\n- two -- three\n----\nfour",
    ],
)
def test_nothing_else_is_folded(text):
    assert split(text) == (text, "")


def test_only_the_quote_at_the_end_is_folded():
    own = f"{HEAD}\n{QUOTE}\n\nYes, and also:"
    assert split(f"{own}\n\nThat is all.\n{QUOTE}") == (f"{own}\n\nThat is all.", QUOTE)
    assert split("As you wrote:\n\n" + QUOTE) == ("As you wrote:\n\n" + QUOTE, "")


def test_no_own_words_are_folded_with_the_line_above_a_quote():
    assert split(f"My number is 4711.\nPriya wrote:\n{QUOTE}") == (
        "My number is 4711.",
        f"Priya wrote:\n{QUOTE}",
    )


def test_a_long_letter_is_split_in_one_pass():
    text = "word\n" * 20_000 + "> quoted\n" * 20_000
    own, quote = split(text)
    assert own.count("\n") == 19_999 and quote.count("\n") == 19_999
    assert split("-" * 100_000) == ("-" * 100_000, "")
    assert split("On " + "x" * 100_000)[1] == ""


QUOTED = "<p>Dear Anna,</p><p>we have news.</p><p>Priya</p>"
# As Gmail, Apple Mail, Thunderbird and Outlook write them; and one that marks nothing.
QUOTES = {
    "gmail": '<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Tue, 3 Mar 2026 at 14:05, Priya Rao '
    '&lt;<a href="mailto:priya@example.com">priya@example.com</a>&gt; wrote:<br></div>'
    f'<blockquote class="gmail_quote" style="margin:0">{QUOTED}</blockquote></div>',
    "apple": '<div><br><blockquote type="cite"><div>On 3 Mar 2026, at 14:05, Priya wrote:</div>'
    f"{QUOTED}</blockquote></div>",
    "thunderbird": '<div class="moz-cite-prefix">On 03/03/2026 14:05, Priya wrote:<br></div>'
    f'<blockquote type="cite" cite="mid:x">{QUOTED}</blockquote>',
    "unmarked": f"<p>Am 03.03.2026 um 14:05 schrieb <b>Priya</b>:</p>\n<blockquote>{QUOTED}</blockquote>",
    "two": f'<blockquote type="cite">{QUOTED}</blockquote>\n<br>\n<blockquote type="cite">{QUOTED}</blockquote>',
    "torn": f'<blockquote type="cite">{QUOTED}',
}


def parts(letter: str) -> tuple[str, str]:
    own, quote = split_letter(read(letter).tokens)
    return text_of(own), text_of(quote)


@pytest.mark.parametrize("quote", QUOTES.values(), ids=QUOTES)
def test_a_quote_at_the_end_of_a_formatted_letter_is_told_from_it(quote):
    own, quoted = parts(f"<html><body><p>Thank you.</p><ul><li>Anna</ul>{quote}<br>\n</body></html>")
    assert own == "Thank you.\n\n- Anna"
    assert "we have news." in quoted and ("wrote" in quoted or "schrieb" in quoted or "14:05" not in quote)


def test_a_quote_in_a_layout_of_tables_is_told_from_the_letter():
    cell = f'<p>Thank you.</p><blockquote type="cite">{QUOTED}</blockquote>'
    own, quoted = parts(f"<table><tr><td><table><tr><td>{cell}</td></tr></table></td></tr></table>")
    assert own == "Thank you." and quoted.endswith("> Priya")


@pytest.mark.parametrize(
    "letter",
    [
        "<p>Thank you.</p>",
        "",
        QUOTES["gmail"],
        f'<p>Yes.</p><blockquote type="cite">{QUOTED}</blockquote><p>I agree.</p>',
        f'<blockquote type="cite">{QUOTED}</blockquote><p>I agree.</p>',
        '<p>Thank you.</p><blockquote type="cite">one line</blockquote>',
        # What editors call an indent, and a citation.
        f"<p>Please send us:</p><blockquote>{QUOTED}</blockquote>",
        f"<p>Condition 12 of policy 4711 says:</p><blockquote>{QUOTED}</blockquote>",
    ],
)
def test_nothing_else_of_a_formatted_letter_is_folded(letter):
    tokens = read(letter).tokens
    assert split_letter(tokens) == (tokens, [])


def test_no_own_words_are_folded_with_the_line_above_a_formatted_quote():
    own, quoted = parts(f'My number is 4711.<br>See below:<blockquote type="cite">{QUOTED}</blockquote>')
    assert own == "My number is 4711.\nSee below:" and quoted.startswith("> Dear Anna")


def test_a_long_formatted_letter_is_split_in_one_pass():
    letter = "<p>word</p>" * 5_000 + '<blockquote type="cite">' * 3_000
    own, quote = split_letter(read(letter).tokens)
    assert len(own) + len(quote) == len(read(letter).tokens)
