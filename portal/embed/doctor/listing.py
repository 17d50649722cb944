"""Checks whether the website is listed; if not, names the listed one that was probably meant."""

from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from typing import Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from portal.embed import origins
from portal.embed.models import Website
from portal.findings import Finding, failure, ok, unknown

_TOPIC: Final = "Website"
_MIN_SIMILARITY: Final = 0.8  # Ratio of SequenceMatcher from which one host is easily mistaken for the other.


def check(origin: str, website: Website | None) -> Iterator[Finding]:
    if website is None:
        yield _not_listed(origin)
        return
    place = "the admin" if website.pk else "PORTAL_EMBED_ORIGINS"
    yield ok(_TOPIC, f"{origin} is listed in {place}.")
    yield _boxes(website)


def shown_boxes(website: Website) -> dict[str, str]:
    """The slugs and titles of the secureboxes that may be shown there."""
    boxes = Website.secureboxes.rel.model._default_manager.values_list("slug", "title")
    chosen = website.shown_slugs()
    return {slug: title for slug, title in boxes if chosen is None or slug in chosen}


def _boxes(website: Website) -> Finding:
    titles = ", ".join(shown_boxes(website).values())
    if not titles:
        return unknown("Secureboxes", "There is no securebox yet.", "Set one up in the admin.")
    limit = "of these, each customer sees those that they may use"
    return ok("Secureboxes", f"Shown there: {titles} ({limit}).")


def _not_listed(origin: str) -> Finding:
    message = f"{origin} is not listed: it is shown a notice, and nothing else."
    listed = [*Website.objects.values_list("origin", flat=True), *settings.PORTAL_EMBED_ORIGINS]
    for is_near, text, fix in _NEAR_MISSES:
        near = next((other for other in listed if is_near(urlsplit(origin), urlsplit(other))), None)
        if near is not None:
            return failure(_TOPIC, f"{message} {text.format(near=near)}", fix, origin)
    return failure(_TOPIC, message, _LIST_IT, origin)


def _other_scheme(one: SplitResult, other: SplitResult) -> bool:
    return one.hostname == other.hostname and one.scheme != other.scheme


def _other_port(one: SplitResult, other: SplitResult) -> bool:
    return one.hostname == other.hostname and one.port != other.port


def _other_www(one: SplitResult, other: SplitResult) -> bool:
    return _without_www(one) == _without_www(other)


def _same_site(one: SplitResult, other: SplitResult) -> bool:
    return origins.is_same_site(f"https://{one.hostname}", f"https://{other.hostname}")


def _look_alike(one: SplitResult, other: SplitResult) -> bool:
    """A host that contains the listed one, or is easily mistaken for it."""
    mine, theirs = _without_www(one), _without_www(other)
    return theirs in mine or SequenceMatcher(None, mine, theirs).ratio() >= _MIN_SIMILARITY


def _without_www(parts: SplitResult) -> str:
    return (parts.hostname or "").removeprefix("www.")


_LIST_IT: Final = "If this website is the company's, add it in the admin, under Websites, with this origin:"
_STRANGER: Final = "Unless you are certain that it is the company's, leave it so. If it is, its origin is:"
_EXACT: Final = "Browsers compare scheme, host and port letter by letter."

_Comparison = Callable[[SplitResult, SplitResult], bool]
# How an origin can miss a listed one, with the text about it and the fix. The first that applies is reported.
_NEAR_MISSES: Final[tuple[tuple[_Comparison, str, str], ...]] = (
    (_other_scheme, f"Listed is {{near}}, with another scheme. {_EXACT}", _LIST_IT),
    (_other_port, f"Listed is {{near}}, with another port. {_EXACT}", _LIST_IT),
    (_other_www, f"Listed is {{near}}: with or without www., that is another origin. {_EXACT}", _LIST_IT),
    (_same_site, f"Listed is {{near}}, another host of the same domain. {_EXACT}", _LIST_IT),
    (_look_alike, "It looks like {near}, which is listed, and is another website.", _STRANGER),
)
