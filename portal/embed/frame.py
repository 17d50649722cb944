"""The frame that a page is shown in. All of it stands in the page's address, so that every link inside keeps it.

`/embed/in/https:www.example.com,de,dark/inbox/claims/` is the page `/inbox/claims/` for a frame on
https://www.example.com, in German, in dark colours. Nobody has to be believed about the origin: browsers show the
page nowhere but there, for its `frame-ancestors` says so.
"""

import re
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.encoding import escape_uri_path, iri_to_uri
from django.utils.http import escape_leading_slashes
from django.utils.translation import get_supported_language_variant

from portal.embed import origins, websites
from portal.embed.models import Website

_ADDRESS: Final = re.compile(r"\A(?P<prefix>/embed/in/(?P<key>[^/]+))(?P<path>/.*)\Z", re.DOTALL)
_SCHEMES: Final = ("light", "dark")
# Fetch Metadata: what a browser is about to do with the answer.
_FRAMED: Final = {"iframe", "frame", "object", "embed", "fencedframe"}


@dataclass(frozen=True)
class Frame:
    """`cross_site` says whether browsers take its website and the portal for two sites; `scheme` and `locale` may
    be empty: then the browser, or the portal, decides.
    """

    website: Website
    prefix: str
    cross_site: bool
    locale: str
    scheme: str

    @property
    def origin(self) -> str:
        return self.website.origin

    def outside(self, path: str) -> str:
        """The same page in a window of its own."""
        return f"{settings.PORTAL_URL}{path.removeprefix(self.prefix)}"


@dataclass(frozen=True)
class Address:
    """An address within a frame, taken apart; nothing in it is known to be true."""

    prefix: str
    origin: str
    options: tuple[str, ...]
    path: str


def of(request: HttpRequest) -> Frame | None:
    """The frame that this page is for, or None for a window of its own."""
    frame: Frame | None = getattr(request, "frame", None)
    return frame


def prefix_for(origin: str) -> str:
    """The beginning of all addresses for frames on this origin's pages."""
    return f"/embed/in/{origin.replace('://', ':', 1)}"


def split(path: str) -> Address | None:
    """None for an address that is for no frame."""
    match = _ADDRESS.match(path)
    if match is None:
        return None
    site, *options = match["key"].split(",")
    return Address(match["prefix"], site.replace(":", "://", 1), tuple(options), match["path"])


def open_frame(request: HttpRequest, address: Address) -> Frame | None:
    """The frame, or None where its origin may show nothing."""
    website = websites.find(address.origin) if origins.is_origin(address.origin) else None
    if website is None:
        return None
    ours = f"{settings.PORTAL_URL.partition('://')[0]}://{request.get_host()}"
    return Frame(
        website=website,
        prefix=address.prefix,
        cross_site=not origins.is_same_site(ours, website.origin),
        locale=next(filter(None, map(_language, address.options)), ""),
        scheme=next((option for option in address.options if option in _SCHEMES), ""),
    )


def whole_path(request: HttpRequest, path: str) -> str:
    """This path with the request's query, as a redirect may name it: of two slashes at its beginning, one is escaped,
    for to a browser they begin another host.
    """
    query = request.META.get("QUERY_STRING", "")
    return escape_leading_slashes(escape_uri_path(path)) + (f"?{iri_to_uri(query)}" if query else "")


def is_framed(request: HttpRequest) -> bool:
    """Whether the browser says that it is about to show the answer in a frame."""
    return request.headers.get("Sec-Fetch-Dest") in _FRAMED


def is_window(request: HttpRequest) -> bool:
    """Whether the browser says that it is about to show the answer in a window of its own."""
    return request.headers.get("Sec-Fetch-Dest") == "document"


def is_asked_for_elsewhere(request: HttpRequest, origin: str) -> bool:
    """Whether the browser names another website than this origin as the one that shows the frame.

    Most would refuse it by themselves, but without a word that people understand.
    """
    asked_by = "/".join(request.headers.get("Referer", "").split("/")[:3])
    site = request.headers.get("Sec-Fetch-Site")
    return is_framed(request) and site in ("cross-site", "same-site") and asked_by not in ("", origin)


def _language(option: str) -> str:
    if option in _SCHEMES:
        return ""
    try:
        return get_supported_language_variant(option)
    except LookupError:
        return ""
