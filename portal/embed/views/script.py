"""The script that a company's website loads. The same for every visitor, with and without a session.

The script is two files. The first loads the second, which shows pages of the portal, when there is one to show. Both
have the same path, so that a policy of the website that allows this path allows both.
"""

import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import brotli
from csp.constants import NONE
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from portal.embed import labels
from portal.scripts import join
from portal.shortening import shorten

SCRIPT: Final = "embed/v1/main.js"
PAGES: Final = "embed/v1/shown.js"
_MEDIA_TYPE: Final = "text/javascript; charset=utf-8"
# A day, and another in which a browser may use the old one while it fetches the new one: a website never waits for it.
_CACHE_CONTROL: Final = "public, max-age=86400, stale-while-revalidate=86400"
# The address of the second file names its version. After an update, a browser may still have the first one of before.
_CACHE_VERSION: Final = "public, max-age=31536000, immutable"
_CACHE_ANOTHER_VERSION: Final = "no-cache"
# The policy of a page would be longer than that of a file in which nothing is loaded.
_POLICY: Final = {name: [NONE] for name in ("default-src", "base-uri", "form-action", "frame-ancestors")}
_REFUSED: Final = re.compile(r"\s*q=0(\.0*)?\s*")


@dataclass(frozen=True)
class Source:
    """A file as it is sent. `encoded` holds the compressed forms by the name of their encoding, the smallest first."""

    plain: bytes
    encoded: dict[str, bytes]
    version: str

    @property
    def tag(self) -> str:
        """For all forms, and weak for that reason (RFC 9110, 8.8.1)."""
        return f'W/"{self.version}"'


@cache
def read(name: str) -> Source:
    """A static file, read and compressed once in the life of a process; a script with all that it imports."""
    path = Path(str(finders.find(name)))
    text = shorten(join(path)) if path.suffix == ".js" else path.read_text()
    if name == SCRIPT:
        text = text.replace(
            '"{{labels}}"', json.dumps(labels.by_language(), ensure_ascii=False, separators=(",", ":"))
        )
        text = text.replace("{{version}}", read(PAGES).version)
    return compressed(text.encode())


def compressed(plain: bytes) -> Source:
    return Source(
        plain, {"br": brotli.compress(plain), "gzip": gzip.compress(plain, mtime=0)}, version_of(plain)
    )


def version_of(plain: bytes) -> str:
    return hashlib.sha256(plain).hexdigest()[:16]


@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """The first file; with `?pages=VERSION` the second, always as it is now."""
    version = request.GET.get("pages")
    if version is None:
        return answer(request, read(SCRIPT), _MEDIA_TYPE)
    pages = read(PAGES)
    cache_control = _CACHE_VERSION if version == pages.version else _CACHE_ANOTHER_VERSION
    return answer(request, pages, _MEDIA_TYPE, cache_control)


def answer(
    request: HttpRequest, source: Source, media_type: str, cache_control: str = _CACHE_CONTROL
) -> HttpResponse:
    """A file for every website."""
    headers = {"ETag": source.tag, "Cache-Control": cache_control, "Vary": "Accept-Encoding"}
    whole = HttpResponse(source.plain, media_type, headers=headers)
    accepted = _encodings(request.headers.get("Accept-Encoding", ""))
    if encoding := next((name for name in source.encoded if name in accepted), None):
        whole.content = source.encoded[encoding]
        whole.headers["Content-Encoding"] = encoding
    response = get_conditional_response(request, source.tag, response=whole) or whole
    setattr(response, "_csp_config", _POLICY)  # noqa: B010  django-csp looks there.
    # Browsers fetch a module of another origin with CORS.
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _encodings(accepted: str) -> set[str]:
    """The names in an Accept-Encoding header, without those that it refuses (RFC 9110, 12.5.3)."""
    offers = (offer.partition(";") for offer in accepted.split(","))
    return {name.strip() for name, _, weight in offers if not _REFUSED.fullmatch(weight)}
