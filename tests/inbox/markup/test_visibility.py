import pytest

from inbox.markup.letter import read
from inbox.markup.text import text_of


def seen(markup):
    return text_of(read(markup).tokens).split()


@pytest.mark.parametrize(
    "attributes",
    [
        "style='display:none'",
        'style="color:red; DISPLAY : NONE !important"',
        "style='visibility:hidden'",
        "style='opacity:0'",
        "style='opacity:0.0;color:#fff'",
        "style='max-height:0;overflow:hidden'",
        "style='height:0px;overflow:hidden;mso-hide:all'",
        "style='font-size:0'",
        "style='font-size:1px;color:#fff;line-height:1px'",
        "hidden",
        "hidden=hidden class=x",
    ],
)
@pytest.mark.parametrize("element", ["div", "span", "p", "td", "x-y"])
def test_what_a_sender_hid_is_left_out(element, attributes):
    opening = "<table><tr>" if element == "td" else ""
    letter = f"{opening}<{element} {attributes}>Peek <i>at<br> this</i></{element}><{element}>Dear</{element}> Anna"
    assert seen(letter) == ["Dear", "Anna"]


@pytest.mark.parametrize(
    "attributes",
    [
        "style='mso-hide:all'",  # Hidden from Outlook alone: a button that all others show.
        "style='opacity:0.5'",
        "style='opacity:01'",
        "style='max-height:0'",
        "style='font-size:10px'",
        "style='display:block'",
        "style='font-size:0.9em'",
        "style='line-height:0'",
        "style='visibility:visible'",
        "style='max-height:100px;overflow:hidden'",
        "title='display:none'",
        "data-hidden=1 class=hidden",
        "style=''",
    ],
)
def test_what_is_only_styled_is_shown(attributes):
    assert seen(f"<div {attributes}>Dear</div>Anna") == ["Dear", "Anna"]


@pytest.mark.parametrize(
    ("letter", "expected"),
    [
        # Layouts close the gaps between columns so.
        ("<div style='font-size:0'>x<div style='font-size:13px'>Dear</div>y</div>Anna", "Dear Anna"),
        ("<div style='font-size:0'>x<p style='font:12px Arial'>Dear</p></div>Anna", "Dear Anna"),
        ("<div style='visibility:hidden'>x<b style='visibility:visible'>Dear</b></div>Anna", "Dear Anna"),
        ("<div style='display:none'>x<b style='display:block;visibility:visible'>y</b></div>Anna", "Anna"),
    ],
)
def test_what_is_inside_may_be_made_visible_again(letter, expected):
    assert " ".join(seen(letter)) == expected


@pytest.mark.parametrize(
    "letter",
    [
        "<p style='display:none'>Peek<p>Dear Anna",
        "<p style='display:none'>Peek<div>Dear Anna</div>",
        "<div><span style='display:none'>Peek</div>Dear Anna",
        "<table><tr><td style='display:none'>Peek<td>Dear Anna</table>",
        "<table><tr style='display:none'><td>Peek<tr><td>Dear Anna</table>",
        "<ul><li hidden>Peek<li>Dear Anna</ul>",
        "<div hidden><br>Peek<img><div>x</div></div>Dear Anna",
        "<div hidden></p></b>Peek</div>Dear Anna",
        "<xml><w:Zoom>0</w:Zoom></xml><template>x</template>Dear Anna",
    ],
)
def test_what_is_hidden_ends_where_browsers_end_it(letter):
    assert [word for word in seen(letter) if word != "-"] == ["Dear", "Anna"]


@pytest.mark.parametrize(
    "letter",
    [
        "<div style='display:none'><p>Dear Anna</p></div>",
        "<div style='opacity:0'>Dear Anna</div><img src=x width=600>&nbsp;",
        "<body style='visibility:hidden'>Dear Anna",
    ],
)
def test_a_letter_that_is_hidden_as_a_whole_is_shown(letter):
    assert seen(letter) == ["Dear", "Anna"]
