"""The plot of docs/scaling.md, and the page around what `make bench ARGS=growth` writes into it."""

from xml.etree import ElementTree

import pytest

from tests.perf import growth
from tests.perf.plot import Panel, apart, ceiling, draw

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*panels: Panel) -> ElementTree.Element:
    return ElementTree.fromstring(draw("Costs <of> pages", panels))  # noqa: S314  Our own.


def texts(svg: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in svg.iter(f"{SVG}text")]


def test_a_line_has_a_point_for_each_step_and_ends_with_its_name_and_value():
    svg = drawn(Panel("Boxes", ("1", "8", "40"), {"poll": (1.0, 1.2, 1.44)}))
    (line,) = svg.iter(f"{SVG}polyline")
    points = [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()]
    assert len(points) == 3
    # To the right, and higher with each step: SVG counts from the top.
    assert points == sorted(points) and [y for _x, y in points] == sorted(
        (y for _x, y in points), reverse=True
    )
    assert {"Boxes", "1", "8", "40", "poll 1.4"} <= set(texts(svg))


def test_a_name_has_one_colour_in_all_panels_and_each_another():
    svg = drawn(
        Panel("Boxes", ("1",), {"poll": (1.0,), "home": (2.0,)}), Panel("Rows", ("10",), {"home": (3.0,)})
    )
    classes = [line.attrib["class"] for line in svg.iter(f"{SVG}polyline")]
    assert classes == ["line c0", "line c1", "line c1"]


def test_the_plot_is_readable_in_light_and_dark_and_has_a_title():
    text = draw("Costs <of> pages", [Panel("Boxes", ("1",), {"poll": (1.0,)})])
    assert "prefers-color-scheme: dark" in text
    assert "<title>Costs &lt;of&gt; pages</title>" in text


@pytest.mark.parametrize(
    ("value", "end"), [(0.7, 0.8), (1, 1), (1.1, 2), (7, 8), (10, 10), (11.5, 20), (99, 100), (130, 200)]
)
def test_an_axis_ends_at_a_round_number_that_is_not_below_its_lines(value, end):
    assert ceiling(value) == pytest.approx(end)


def test_names_that_would_overlap_are_moved_apart_in_their_order():
    moved = apart({"home": 100.0, "list": 101.0, "poll": 180.0}, 14)
    assert list(moved) == ["home", "list", "poll"]
    assert moved["list"] - moved["home"] >= 14
    assert apart({"home": 100.0, "poll": 180.0}, 14) == {"home": 100.0, "poll": 180.0}


def test_the_page_has_the_place_for_the_tables_and_the_plot_is_a_picture():
    page = growth.PAGE.read_text()
    before, begin, rest = page.partition(growth.BEGIN)
    written, end, after = rest.partition(growth.END)
    assert before and begin and written.strip() and end and after
    assert ElementTree.parse(growth.PLOT).getroot().tag == f"{SVG}svg"  # noqa: S314  Our own.
