"""Every URL of the portal, for tests that check all of them."""

from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver


def url_patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    """Each route below the resolver, without `^`, and its view."""
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern).lstrip("^")
        if isinstance(entry, URLPattern):
            yield route, entry.callback
        elif isinstance(entry, URLResolver):
            yield from url_patterns(entry, route)
