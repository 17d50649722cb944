from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from inbox.forms import MAX_QUOTE, MAX_SUBJECT
from inbox.quoting import answer_to
from inbox.securemail import Message, Party

CLAIMS = SimpleNamespace(securebox=SimpleNamespace(title="Claims"))


def answer(**fields):
    return answer_to(Message(id="m1", **fields), CLAIMS)


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Water damage", "Re: Water damage"),
        ("Re: Water damage", "Re: Water damage"),
        ("RE : Water damage", "Re: Water damage"),
        ("Re[2]: Water damage", "Re: Water damage"),
        ("Re (3): Water damage", "Re: Water damage"),
        ("AW: Re: SV:Water damage", "Re: Water damage"),
        ("antw: Water damage", "Re: Water damage"),
        ("Odp: RES: VS: TR: Water damage", "Re: Water damage"),
        ("回复：Water damage", "Re: Water damage"),
        ("Vá: ΑΠ: رد: Water damage", "Re: Water damage"),
        ("Fwd: Water damage", "Re: Fwd: Water damage"),
        ("Reading: 4711", "Re: Reading: 4711"),
        ("Ref: 4711", "Re: Ref: 4711"),
        ("Water: re: damage", "Re: Water: re: damage"),
        ("Re: ", "Re: your message"),
        ("", "Re: your message"),
        ("Water\u2028\x07 \u202edamage", "Re: Water damage"),
    ],
)
def test_the_subject_has_one_prefix(subject, expected):
    assert answer(subject=subject).subject == expected


def test_a_long_subject_fits_the_form():
    assert len(answer(subject="re:" * 200 + "x" * 900).subject) == MAX_SUBJECT


def test_the_quote_names_writer_and_time():
    mail = {
        "text": "Dear Anna,\nyes.",
        "sender": Party(name="Priya Rao"),
        "date": datetime(2026, 3, 4, 9, tzinfo=UTC),
    }
    head, *lines = answer(**mail).quote.split("\n")
    assert "4 Mar 2026" in head and head.endswith("Priya Rao wrote:") and lines == ["> Dear Anna,", "> yes."]
    assert answer(text="yes").quote == "Claims wrote:\n> yes"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "<div>Thanks.</div><blockquote type=cite><div>My cellar is wet.</div></blockquote>",
            "> > My cellar is wet.",
        ),
        ("Hello Anna,<div>it is settled.</div>", "> Hello Anna,\n> it is settled."),
        ("I agree<blockquote>as you wrote</blockquote>ok", "> I agree\n> \n> > as you wrote\n> \n> ok"),
        ("<p>See <a href='https://x.example'>your policy</a>", "> See your policy"),
    ],
)
def test_html_is_quoted_as_text(body, expected):
    assert expected in answer(html=body).quote


def test_a_form_feed_in_a_letter_begins_a_line_of_the_quote():
    assert answer(text="one\ftwo").quote.endswith("\n> one\n> two")


def test_a_long_letter_is_cut():
    assert len(answer(text="x" * 10_000).quote) == MAX_QUOTE
