"""What a form on a page holds besides what a person types."""

import re
from html import unescape

_HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')


def hidden_fields(html: str) -> dict[str, str]:
    """The values by their names, of all forms on the page."""
    inputs = _HIDDEN.findall(html)
    return {_attribute(each, "name"): _attribute(each, "value") for each in inputs}


def _attribute(element: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', element)
    return unescape(found[1]) if found else ""
