"""The icons: drawings of one static file, beside words that say the same."""

import re
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.template import Context, Template

SPRITE = settings.BASE_DIR / "static/icons.svg"
NAMED = re.compile(r'{% icon "([\w-]+)"')


def drawn(name: str) -> str:
    return Template(f'{{% icon "{name}" %}}').render(Context())


def test_an_icon_is_part_of_a_file_that_browsers_keep_and_is_not_read_aloud():
    html = drawn("reply")
    assert re.search(r'<use href="/static/icons\.[0-9a-f]{12}\.svg#reply"/>', html)
    assert 'aria-hidden="true"' in html and 'class="icon directional"' in html
    assert 'class="drawing"' in drawn("empty-inbox")


def test_a_name_without_a_drawing_is_a_mistake():
    with pytest.raises(KeyError):
        drawn("repli")


def test_each_icon_that_a_template_names_is_drawn():
    symbols = {symbol.get("id") for symbol in ElementTree.parse(SPRITE).getroot()}  # noqa: S314  A file of ours.
    named = {
        name
        for path in (settings.BASE_DIR / "templates").rglob("*.html")
        for name in NAMED.findall(path.read_text())
    }
    assert named and named <= symbols


def test_the_file_holds_shapes_alone():
    """No script, no style and no address: it is shown on pages with a strict policy, in every colour."""
    tags = {node.tag.rpartition("}")[2] for node in ElementTree.parse(SPRITE).iter()}  # noqa: S314  A file of ours.
    assert tags == {"svg", "symbol", "path"}
    assert not re.search(
        r"#[0-9a-f]{3}|url\(|style=|on\w+=", SPRITE.read_text().replace("http://www.w3.org", "")
    )
