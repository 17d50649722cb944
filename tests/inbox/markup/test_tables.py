import pytest

from inbox.markup.cleaning import cleaned
from inbox.markup.letter import read
from inbox.markup.reduction import reduced

SUMS = "<tr><td>Glazier</td><td>312.40 EUR</td></tr><tr><td>Excess</td><td>-50.00 EUR</td></tr>"


def shown(letter: str) -> str:
    return cleaned(reduced(read(letter).tokens).markup)


@pytest.mark.parametrize(
    "table",
    [
        f"<table>{SUMS}</table>",
        "<table border=1><tr><td>Policy</td><td>4711</td></tr></table>",
        "<table><tr><th>Item<th>Sum<tr><td>Glass<td>20</table>",
        f"<table><caption>Costs</caption>{SUMS}</table>",
        f"<table>{SUMS}",
    ],
    ids=["short cells", "a border", "headings", "a caption", "without an end"],
)
def test_a_table_of_data_is_shown_as_one(table):
    assert '<table dir="auto" class="data">' in shown(table)


@pytest.mark.parametrize(
    "table",
    [
        f"<table role=Presentation>{SUMS}</table>",
        "<table width=600><tr><td><p>Dear Anna,</p></td></tr><tr><td>your claim is settled.</td></tr></table>",
        "<table><tr><td><img src=cid:logo></td><td>Northwind</td></tr></table>",
        f"<table><tr><td>{'A column of words. ' * 20}</td><td>x</td></tr><tr><td>y</td><td>z</td></tr></table>",
        "<table><tr><td>&nbsp;</td><td>a</td></tr><tr><td>&nbsp;</td><td>b</td></tr></table>",
        "<table border=0><tr><th>One column of a frame for mails</th><th></th></tr></table>",
        "<table></table>",
    ],
    ids=["says so", "one column", "one row", "long cells", "margins", "a frame", "empty"],
)
def test_a_table_that_only_places_things_is_not(table):
    assert "data" not in shown(table)


def test_of_nested_tables_only_the_innermost_can_hold_data():
    html = shown(
        f"<table border=1><tr><td>a</td><td>b</td></tr><tr><td><table>{SUMS}</table></td></tr></table>"
    )
    assert html.startswith('<table dir="auto"><tbody>') and html.count('class="data"') == 1


def test_short_cells_with_a_number_stay_whole():
    html = shown(
        f"<table>{SUMS}<tr><td>Paid by {'transfer ' * 5}on 3 May</td><td>28 Nov 2026</td></tr></table>"
    )
    assert html.count('<td class="whole">') == 3 and '<td class="whole">28 Nov 2026</td>' in html


def test_a_word_that_no_column_holds_may_be_broken():
    html = shown(f"<table>{SUMS}<tr><td>Form 7</td><td>https://example.com/{'form/' * 9}7</td></tr></table>")
    assert html.count('<td class="long">') == 1


def test_cells_without_words_make_no_gaps_outside_tables_of_data():
    gap = "<tr><td>&nbsp;</td><td></td></tr>"
    words = "<tr><td><table><tr><td>Dear Anna</td></tr></table></td></tr>"
    assert shown(f"<table>{gap}{words}</table>").count('class="spacer"') == 2
    assert "spacer" not in shown(f"<table>{SUMS}{gap}</table>")
    assert "spacer" in shown("<table><tr><td><img src=cid:a></td></tr></table>")
    assert "spacer" not in shown("<table><tr><td><img alt='The bridge' src=cid:a></td></tr></table>")


def test_a_letter_cannot_set_these_classes():
    letter = '<table class="data"><tr><td class="whole">a</td></tr></table><p class="data">b</p>'
    assert "class" not in shown(letter)
