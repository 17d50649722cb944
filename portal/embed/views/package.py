"""The npm package around the script, and the script's types, which are a part of it. Nothing builds them."""

import gzip
import io
import tarfile
from functools import cache
from pathlib import Path
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from portal.embed.views.script import Source, answer, compressed, version_of

PACKAGE: Final = Path(__file__).parents[1] / "package"
TYPES: Final = PACKAGE / "v1.d.ts"


@require_safe
def types(request: HttpRequest) -> HttpResponse:
    return answer(request, read_types(), "text/plain; charset=utf-8")


@require_safe
def package(request: HttpRequest) -> HttpResponse:
    """What `npm pack` and `npm install` take from an address."""
    return answer(request, pack(), "application/gzip")


@cache
def read_types() -> Source:
    return compressed(TYPES.read_bytes())


@cache
def pack() -> Source:
    """The package as `npm pack` would write it, and the same for as long as its files are."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for path in sorted(PACKAGE.iterdir()):
            entry = tarfile.TarInfo(f"package/{path.name}")
            entry.size = path.stat().st_size
            with path.open("rb") as file:
                tar.addfile(entry, file)
    packed = gzip.compress(archive.getvalue(), mtime=0)
    return Source(packed, {}, version_of(packed))
