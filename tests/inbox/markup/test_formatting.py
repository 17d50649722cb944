import pytest

from inbox.markup.formatting import is_formatted
from inbox.markup.letter import read


@pytest.mark.parametrize(
    "letter",
    [
        "<p>Please pay <b>by Friday</b>.",
        "<h2>Your policy</h2>",
        "<ul><li>One<li>Two</ul>",
        "<p>See <a href='https://example.com/form'>the form</a>.",
        "<a href='https://example.com/form'><span>www.example.org</span></a>",
        "10<sup>3</sup> <del>20</del>",
        "<dl><dt>Claim<dd>4711</dl>",
        "<table><tr><td>Glass</td><td>20</td></tr><tr><td>Frame</td><td>30</td></tr></table>",
    ],
)
def test_words_that_stand_out_are_formatting(letter):
    assert is_formatted(read(letter).tokens)


@pytest.mark.parametrize(
    "letter",
    [
        "",
        "<div>Dear Anna,</div><div><br></div><p style='color:red'>all is <span>well</span>.</p><hr>",
        "<b></b><h1>&nbsp;</h1><ul><li> </li></ul>Dear Anna",
        "<p><a href='https://www.example.com/'>example.com</a>, <a href='mailto:a@example.com'>A@example.com</a></p>",
        "<p><a name=top>Dear Anna</a> <a href='https://example.com/x'><img src=cid:a></a>, hello.",
        "<table width=600><tr><td>Dear Anna</td></tr><tr><td>all is well</td></tr></table>",
        "<blockquote>as you wrote</blockquote><pre>x  y</pre>",
    ],
)
def test_paragraphs_and_lines_are_not(letter):
    assert not is_formatted(read(letter).tokens)
