from portal.sandbox.html_to_text import html_to_text


def test_text_is_what_a_reader_sees():
    letter = (
        "<style>p{}</style><h1>Our\n offer</h1><p>Dear Anna,<br>see &lt;here&gt;.</p><ul><li>One<li>Two</ul>"
    )
    assert html_to_text(letter) == "Our offer\n\nDear Anna,\nsee <here>.\n\nOne\nTwo"


def test_the_cells_of_a_table_stay_apart():
    table = "<table><tr><th>Item</th><th>Paid</th></tr><tr><td>Rug</td><td>220.00</td></tr></table>"
    assert html_to_text(table) == "Item   Paid\nRug   220.00"


def test_broken_markup_loses_no_text():
    assert html_to_text("<p>One <b>two</p></i> three <") == "One two\n\nthree <"
