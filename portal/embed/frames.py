"""The frame that a page is shown in. The page's address holds all of it, so that every link inside stays inside.

`/embed/in/https:www.example.com,de,dark/inbox/claims/` is the page `/inbox/claims/` for a frame on
https://www.example.com, in German, in dark colours. The origin need not be proved: the page's `frame-ancestors` names
it, and browsers show the page nowhere else.
"""

import re
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.encoding import escape_uri_path, iri_to_uri
from django.utils.http import escape_leading_slashes
from django.utils.translation import get_supported_language_variant

from portal.embed import origins
from portal.embed.models import Website

_FRAMED_PATH: Final = re.compile(r"\A(?P<prefix>/embed/in/(?P<key>[^/]+))(?P<path>/.*)\Z", re.DOTALL)
_SCHEMES: Final = ("light", "dark")
# Values of Sec-Fetch-Dest (Fetch Metadata) with which a browser says that it shows the answer in a frame.
_FRAME_DESTINATIONS: Final = {"iframe", "frame", "object", "embed", "fencedframe"}


@dataclass(frozen=True)
class Frame:
    """`cross_site`: browsers take its website and the portal for two sites, so the frame has cookies of its own.

    `locale` and `scheme` may be empty: then the portal chooses the language, and the browser the colours.
    """

    website: Website
    prefix: str
    cross_site: bool
    locale: str
    scheme: str

    @property
    def origin(self) -> str:
        return self.website.origin

    def unframed_url(self, path: str) -> str:
        """The URL of the same page in a window of its own."""
        return f"{settings.PORTAL_URL}{path.removeprefix(self.prefix)}"


@dataclass(frozen=True)
class FramedPath:
    """The parts of a path within a frame, as the request gives them: the origin is not checked yet."""

    prefix: str
    origin: str
    options: tuple[str, ...]
    path: str


def get(request: HttpRequest) -> Frame | None:
    """The frame that this request is for, or None for a window of its own. Set by FrameMiddleware."""
    frame: Frame | None = getattr(request, "frame", None)
    return frame


def prefix_for(origin: str) -> str:
    """What the paths of all pages for frames on this origin begin with."""
    return f"/embed/in/{origin.replace('://', ':', 1)}"


def origin_of(site: str) -> str:
    """The reverse: the origin that a path names, which may be none."""
    return site.replace(":", "://", 1)


def parse(path: str) -> FramedPath | None:
    """The parts of a path within a frame; None for any other path."""
    match = _FRAMED_PATH.match(path)
    if match is None:
        return None
    site, *options = match["key"].split(",")
    return FramedPath(match["prefix"], origin_of(site), tuple(options), match["path"])


def resolve(request: HttpRequest, framed: FramedPath) -> Frame | None:
    """The frame that the path names, or None if its origin may not show the portal."""
    website = Website.objects.for_origin(framed.origin) if origins.is_origin(framed.origin) else None
    return _frame(request, framed, website) if website else None


def unlisted(request: HttpRequest, framed: FramedPath) -> Frame:
    """The same without a look at the database: for an answer that shows nothing of the portal's or of a user's.

    The origin is one, but may not be that of a website that may show the portal.
    """
    return _frame(request, framed, Website(origin=framed.origin))


def _frame(request: HttpRequest, framed: FramedPath, website: Website) -> Frame:
    portal_origin = f"{settings.PORTAL_URL.partition('://')[0]}://{request.get_host()}"
    return Frame(
        website=website,
        prefix=framed.prefix,
        cross_site=not origins.is_same_site(portal_origin, website.origin),
        locale=next(filter(None, map(_supported_language, framed.options)), ""),
        scheme=next((option for option in framed.options if option in _SCHEMES), ""),
    )


def path_with_query(request: HttpRequest, path: str) -> str:
    """This path with the request's query, safe to redirect to: browsers read `//` at the beginning as another host,
    so its second slash is escaped.
    """
    query = request.META.get("QUERY_STRING", "")
    return escape_leading_slashes(escape_uri_path(path)) + (f"?{iri_to_uri(query)}" if query else "")


def is_framed(request: HttpRequest) -> bool:
    """Whether the browser says that it will show the answer in a frame."""
    return request.headers.get("Sec-Fetch-Dest") in _FRAME_DESTINATIONS


def is_top_level(request: HttpRequest) -> bool:
    """Whether the browser says that it will show the answer in a window or tab, and not in a frame."""
    return request.headers.get("Sec-Fetch-Dest") == "document"


def is_framed_by_another(request: HttpRequest, origin: str) -> bool:
    """Whether the browser names a website other than this origin as the one that shows the frame.

    Most browsers would block such a frame themselves, but show no reason; the portal can show one.
    """
    referring_origin = "/".join(request.headers.get("Referer", "").split("/")[:3])
    site = request.headers.get("Sec-Fetch-Site")
    return is_framed(request) and site in ("cross-site", "same-site") and referring_origin not in ("", origin)


def _supported_language(option: str) -> str:
    if option in _SCHEMES:
        return ""
    try:
        return get_supported_language_variant(option)
    except LookupError:
        return ""
