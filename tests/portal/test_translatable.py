"""Every word that customers see in a template is marked for translation."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = settings.BASE_DIR / "templates"
# The agents' desk and the admin are not for customers.
NOT_FOR_CUSTOMERS = (TEMPLATES / "sandbox", TEMPLATES / "overrides/admin")
# `width` holds a page's class, and is not shown; a key is the same in every language.
_NOT_SHOWN_AS_IT_IS = re.compile(
    r"{% (?P<tag>blocktranslate|comment)\b.*?{% end(?P=tag) %}|{% block width %}.*?{% endblock %}"
    r"|<kbd>.</kbd>|{[%{#].*?[#%}]}",
    re.DOTALL,
)
_LETTER = re.compile(r"[^\W\d_]")
_FILE_EXTENSION = re.compile(r"\.\w+")
_SHOWN_ATTRIBUTES = ("alt", "aria-label", "label", "placeholder", "title")


class ShownText(HTMLParser):
    """Collects what a browser shows or reads out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in _SHOWN_ATTRIBUTES or name.startswith("data-text"):
                self.handle_data(value or "")

    def handle_data(self, data: str) -> None:
        if _LETTER.search(_FILE_EXTENSION.sub("", data)) and self.cdata_elem is None:
            self.found.append(" ".join(data.split()))


def unmarked(template: str) -> list[str]:
    page = ShownText()
    page.feed(_NOT_SHOWN_AS_IT_IS.sub("", template))
    page.close()
    return page.found


def templates() -> Iterator[Path]:
    for path in sorted([*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt")]):
        if not any(path.is_relative_to(folder) for folder in NOT_FOR_CUSTOMERS):
            yield path


def _html(path: Path) -> str:
    is_part_of_a_tag = path.name == "_frame_data.html"
    return f"<html {path.read_text()}>" if is_part_of_a_tag else path.read_text()


def test_no_text_in_a_template_is_left_unmarked():
    found = {str(path.relative_to(TEMPLATES)): unmarked(_html(path)) for path in templates()}
    assert {name: texts for name, texts in found.items() if texts} == {}
    assert len(found) > 100


@pytest.mark.parametrize(
    ("template", "texts"),
    [
        ('<p title="{% translate "Marked" %}">{% translate "Marked" %} {{ value }} · 3</p>', []),
        ("<p>{% blocktranslate count n=n %}One{% plural %}<b>Many</b>{% endblocktranslate %}</p>", []),
        ("<style>p { color: red }</style>{# A comment #}{% comment %}Another{% endcomment %}", []),
        ("<p>Not\n marked</p>", ["Not marked"]),
        ('<img alt="Not marked">', ["Not marked"]),
        ('<p data-text-saved="Saved TIME">', ["Saved TIME"]),
        ("<p>{% if value %}Yes{% endif %}</p>", ["Yes"]),
    ],
)
def test_the_search_itself(template, texts):
    assert unmarked(template) == texts
