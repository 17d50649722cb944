"""Examines whether the style sheets and scripts of this release are collected in STATIC_ROOT."""

import filecmp
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders

from portal import checks
from portal.findings import Finding, failure, ok
from portal.staticfiles import rewritten

TOPIC: Final = "Static files"
_FIX: Final = "Run: python manage.py collectstatic --no-input; then restart the portal."


def look() -> Iterator[Finding]:
    if settings.DEBUG:
        yield ok(TOPIC, "With DEBUG they are served from where they are written.")
    elif checks.static_files():
        yield failure(
            TOPIC, f"They are not collected in {settings.STATIC_ROOT}: the portal does not start.", _FIX
        )
    elif stale := _stale():
        message = (
            f"{len(stale)} of those in {settings.STATIC_ROOT} are not this release's, such as {stale[0]}."
        )
        yield failure(TOPIC, message, _FIX)
    else:
        yield ok(TOPIC, "Those of this release are collected.")


def _stale() -> list[str]:
    """The files of this release that are missing in STATIC_ROOT, or differ there from what is in the release."""
    sources: dict[str, Path] = {}
    for finder in get_finders():
        for path, storage in finder.list([]):
            prefix = getattr(storage, "prefix", None)
            sources.setdefault(f"{prefix}/{path}" if prefix else path, Path(storage.path(path)))
    collected = Path(settings.STATIC_ROOT)
    return [name for name in sources if not _is_same(name, sources, collected / name)]


def _is_same(name: str, sources: Mapping[str, Path], copy: Path) -> bool:
    if not copy.is_file():
        return False
    text = rewritten(name, sources.__getitem__)
    return filecmp.cmp(sources[name], copy, shallow=False) if text is None else copy.read_text() == text
