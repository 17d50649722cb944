"""Every URL of the portal, for tests that check all of them."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver

# What stands in a path in place of a converter. What it names need not exist.
_SAMPLES = {
    "slug": "claims",
    "int": "1",
    "uuid": "01234567-89ab-cdef-0123-456789abcdef",
    "path": "1",
    "str": "x",
}


def url_patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    """Each route below the resolver, without `^`, and its view."""
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern).lstrip("^")
        if isinstance(entry, URLPattern):
            yield route, entry.callback
        elif isinstance(entry, URLResolver):
            yield from url_patterns(entry, route)


def path_of(route: str) -> str:
    """A path that matches this route. What it names need not exist."""
    path = re.sub(r"<(\w+):\w+>", lambda match: _SAMPLES[match[1]], route)
    path = re.sub(r"\(\?P<\w+>(\w+)\|[^)]*\)", r"\1", path)  # The first of several words.
    return "/" + re.sub(r"\(\?P<\w+>[^)]*\)+|\[[^]]*\]\+?|[\\^$]", "x", path)
