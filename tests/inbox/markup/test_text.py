import pytest

from inbox.markup.letter import read
from inbox.markup.text import text_of


def text(markup, **options):
    return text_of(read(markup).tokens, **options)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (
            "<style>p{}</style><h1>Offer</h1><p>Dear&nbsp;Anna,<br>see &lt;here&gt;.</p><ul><li>One<li>Two</ul>",
            "Offer\n\nDear Anna,\nsee <here>.\n\n- One\n- Two",
        ),
        (
            "<ol start=3><li>Three<li>Four<ul><li>deeper</ul></ol>after",
            "3. Three\n4. Four\n  - deeper\n\nafter",
        ),
        ("<ol><li><p>One</p></li><li></li><li><p>Two</p></li></ol>", "1. One\n3. Two"),
        ("<li>alone", "- alone"),
        ("Hello Anna,<div>it is settled.</div><div>Regards</div>", "Hello Anna,\nit is settled.\nRegards"),
        ("Regards, Bob<hr>From: the office", "Regards, Bob\n\nFrom: the office"),
        ("I agree<blockquote>as you wrote</blockquote>ok", "I agree\n\n> as you wrote\n\nok"),
        ("<dl><dt>Claim</dt><dd>4711</dd><dt>Sum</dt><dd>20</dd></dl>", "Claim\n4711\nSum\n20"),
        ("<section>a</section>b<option>c<option>d<h2>e</h2>f", "a\nb\nc\nd\n\ne\n\nf"),
        ("<img src=x alt='Your number is 4711'>", "Your number is 4711"),
        ("<a><img alt=Logo></a><img alt=Home>", "Logo Home"),
        ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
        ("a<br></div>b<br><br>c<br><br><br><br>d", "a\nb\n\nc\n\nd"),
        ("<p>a</p><p>&nbsp;</p><p>b</p>", "a\n\nb"),
        ("<p class=MsoNormal>a</p><p class=MsoNormal>b</p><p style='margin:0'>c", "a\nb\nc"),
        ("<title>Untitled</title>a<!-- b -->c<script>d</script>", "ac"),
        ("a  <b>b\n c</b>d", "a b cd"),
        ("&nbsp;&nbsp;a 1&nbsp;234", "  a 1 234"),
        ("Dear Anna,\n\nno markup   at all.\n", "Dear Anna,\n\nno markup   at all."),
        ("Dear Anna,\r\rold Macs", "Dear Anna,\n\nold Macs"),
    ],
)
def test_html_becomes_lines_of_words(markup, expected):
    assert text(markup) == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (
            "<table><tr><th>Item</th><th>Paid</th></tr><tr><td>Rug</td><td>220.00</td></tr></table>",
            "Item Paid\nRug 220.00",
        ),
        (
            "<table><tr><td><p>Rug</p></td><td><p>220</p></td></tr><tr><td><p>Lamp</p></td></tr></table>",
            "Rug 220\nLamp",
        ),
        ("<table><tr><td>a<br>b</td><td>c</td></tr></table>d", "a\nb\nc\n\nd"),
        ("x<table><tr><td>a<table><tr><td>b<td>c</table><td>d</table>", "x\n\na\n\nb c\n\nd"),
        ("<table><td>a<td>b<tr><td>c", "a b\nc"),
    ],
)
def test_a_row_is_a_line_and_its_cells_stand_apart(markup, expected):
    assert text(markup) == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<pre>Account   Sum\n4711      20,00</pre>", "Account   Sum\n4711      20,00"),
        ("a<pre>\n  b\r\n\r\n\r\n\tc\n</pre>d", "a\n\n  b\n\n\n\tc\n\nd"),
        ("<xmp> <b>x\n  y</xmp>z", " <b>x\n  y\n\nz"),
    ],
)
def test_what_is_set_by_its_sender_keeps_its_spaces_and_lines(markup, expected):
    assert text(markup) == expected


def test_quotes_in_quotes_are_marked_up_to_a_limit():
    assert text("<blockquote>a<blockquote>b") == "> a\n>\n> > b"
    assert text("<blockquote><p>a<p>b</blockquote>c") == "> a\n>\n> b\n\nc"
    assert text("<blockquote>" * 10_000 + "x") == "> " * 8 + "x"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("See <a href='https://a.example/x'>your policy</a>.", "See your policy <https://a.example/x>."),
        ("<a href='http://www.a.example/'>a.example</a>", "a.example"),
        ("<a href='https://a.example/%C3%BC'>https://a.example/ü</a>", "https://a.example/ü"),
        ("<a href='mailto:o%27b@a.example?subject=x'>Write</a>", "Write <o%27b@a.example>"),
        (
            "<a href='MAILTO:b@a.example'>B@a.example</a> <a href='tel:+44 123'>+44123</a>",
            "B@a.example +44123",
        ),
        ("<a href='tel:+44123'>Call us</a>", "Call us <+44123>"),
        ("<a href='https://a.example'><div>Pay</div></a>now", "Pay <https://a.example>\nnow"),
        ("<a href='https://a.example'><img></a> <a href='javascript:x'>y</a> <a href='/z'>z", "y z"),
    ],
)
def test_the_address_of_a_link_stands_behind_its_words(markup, expected):
    assert text(markup, links=True) == expected
    assert "<" not in text(markup)


def test_only_the_beginning_is_read():
    assert len(text("<p>word</p>" * 1000, max_size=40)) == 40
