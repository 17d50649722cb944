"""The elements of forms. Django's own template looks at each attribute three times: most of the time of a field."""

from collections.abc import Mapping

from django import template
from django.utils.html import format_html, format_html_join

register = template.Library()


@register.simple_tag
def attributes(attrs: Mapping[str, object]) -> str:
    """As Django renders them: true is a name alone, false nothing."""
    shown = ((name, value) for name, value in attrs.items() if value is not False)
    return format_html_join("", "{}", ((_attribute(name, value),) for name, value in shown))


def _attribute(name: str, value: object) -> str:
    return format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value)
