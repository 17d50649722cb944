"""The attributes of a form's element are those that Django's own template renders."""

from pathlib import Path

import django
from django.template import Context, Engine
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from portal.templatetags.widgets import attributes

DJANGOS = Path(django.__file__).parent / "forms/templates/django/forms/widgets/attrs.html"


def test_they_are_rendered_as_by_django():
    attrs = {
        "id": "id_text",
        "rows": 10,
        "required": True,
        "disabled": False,
        "none": None,
        "zero": 0,
        "empty": "",
        "title": '<a & "b">',
        "safe": format_html("&amp;{}", "<"),
        "lazy": gettext_lazy("Subject"),
    }
    template = Engine().from_string(DJANGOS.read_text().removesuffix("\n"))
    assert attributes(attrs) == template.render(Context({"widget": {"attrs": attrs}}))
    assert attributes({}) == ""
