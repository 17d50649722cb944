import pytest

from inbox.markup.quotes import split

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
