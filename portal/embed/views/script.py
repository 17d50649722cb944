"""The script that a company's website loads, and its types. The same for every visitor, with and without a session."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import brotli
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from portal.embed.shortening import shorten
from portal.scripts import join

SCRIPT: Final = "embed/v1/main.js"
TYPES: Final = "embed/v1.d.ts"
# A day, and another in which a browser may use the old one while it fetches the new one: a website never waits for it.
_CACHE_CONTROL: Final = "public, max-age=86400, stale-while-revalidate=86400"
_REFUSED: Final = re.compile(r"\s*q=0(\.0*)?\s*")


@dataclass(frozen=True)
class Source:
    """A file as it is sent. The tag holds for all forms, and is weak for that reason (RFC 9110, 8.8.1).

    `encoded` holds the compressed forms by the name of their encoding, the smallest first.
    """

    plain: bytes
    encoded: dict[str, bytes]
    tag: str


@cache
def read(name: str) -> Source:
    """A static file, read and compressed once in the life of a process; a script with all that it imports."""
    path = Path(str(finders.find(name)))
    text = shorten(join(path)) if path.suffix == ".js" else path.read_text()
    plain = text.encode()
    tag = f'W/"{hashlib.sha256(plain).hexdigest()[:16]}"'
    return Source(plain, {"br": brotli.compress(plain), "gzip": gzip.compress(plain, mtime=0)}, tag)


@require_safe
def script(request: HttpRequest) -> HttpResponse:
    return _answer(request, read(SCRIPT), "text/javascript")


@require_safe
def types(request: HttpRequest) -> HttpResponse:
    return _answer(request, read(TYPES), "text/plain")


def _answer(request: HttpRequest, source: Source, media_type: str) -> HttpResponse:
    headers = {"ETag": source.tag, "Cache-Control": _CACHE_CONTROL, "Vary": "Accept-Encoding"}
    whole = HttpResponse(source.plain, f"{media_type}; charset=utf-8", headers=headers)
    accepted = _encodings(request.headers.get("Accept-Encoding", ""))
    if encoding := next((name for name in source.encoded if name in accepted), None):
        whole.content = source.encoded[encoding]
        whole.headers["Content-Encoding"] = encoding
    response = get_conditional_response(request, source.tag, response=whole) or whole
    # Browsers fetch a module of another origin with CORS.
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _encodings(accepted: str) -> set[str]:
    """The names in an Accept-Encoding header, without those that it refuses (RFC 9110, 12.5.3)."""
    offers = (offer.partition(";") for offer in accepted.split(","))
    return {name.strip() for name, _, weight in offers if not _REFUSED.fullmatch(weight)}
