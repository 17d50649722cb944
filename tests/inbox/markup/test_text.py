import pytest

from inbox.markup.reduction import MAX_SIZE
from inbox.markup.text import text_of


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (
            "<style>p{}</style><h1>Offer</h1><p>Dear&nbsp;Anna,<br>see &lt;here&gt;.</p><ul><li>One<li>Two</li></ul>",
            "Offer\nDear Anna,\nsee <here>.\n\nOne\nTwo",
        ),
        (
            "<table><tr><th>Item</th><th>Paid</th></tr><tr><td>Rug</td><td>220.00</td></tr></table>",
            "Item Paid\nRug 220.00",
        ),
        (
            "Hello Anna,<div>your claim is settled.</div><div>Regards</div>",
            "Hello Anna,\nyour claim is settled.\nRegards",
        ),
        ("Regards, Bob<hr>From: the office", "Regards, Bob\n\nFrom: the office"),
        ("I agree<blockquote>as you wrote</blockquote>ok", "I agree\n\n> as you wrote\n\nok"),
        ("<dl><dt>Claim</dt><dd>4711</dd></dl>", "Claim\n4711"),
        ("<pre>Account   Sum\n4711      20,00</pre>", "Account   Sum\n4711      20,00"),
        ("<img src=x alt='Your number is 4711'>", "Your number is 4711"),
        ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
        ("<p>a</p><p>&nbsp;</p><p>b</p>", "a\n\nb"),
        ("<title>Untitled</title>a<!-- b -->c<script>d</script>", "ac"),
        ("a  <b>b\n c</b>d", "a b cd"),
    ],
)
def test_html_becomes_lines_of_words(markup, expected):
    assert text_of(markup) == expected


def test_quotes_in_quotes_are_marked_up_to_a_limit():
    assert text_of("<blockquote>a<blockquote>b") == "> a\n\n> > b"
    assert text_of("<blockquote>" * 10_000 + "x") == "> " * 8 + "x"


def test_only_the_beginning_of_a_long_letter_is_read():
    assert len(text_of("x" * (MAX_SIZE + 9))) == MAX_SIZE
    assert text_of("<b>" * 50 + "far", max_tokens=50) == ""
    assert len(text_of("<p>word</p>" * 1000, max_size=40)) == 40
