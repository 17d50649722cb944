"""Where static files lie in production, and under which names.

While the processes of two releases run side by side, a page of one may be followed by a request to the other. So
hashed files of former releases stay in STATIC_ROOT, and a process also serves those that were collected since it
started.
"""

import json
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any, Final

from django.core.files.base import ContentFile
from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

from portal import style_sheets
from portal.scripts import join
from portal.shortening import shorten

_SCRIPT: Final = re.compile(r"js/[^/]+\.js")  # What templates name; the folders below hold their modules.
_SHEET: Final = re.compile(r"css/[^/]+\.css")
_THEME: Final = "brand/theme.css"
_HASHED: Final = re.compile(r"\.[0-9a-f]{12}(?:\.\w+)?\Z")  # As Django names them.
_KEPT: Final = timedelta(days=30)  # How long a file stays after a release last had it.


def rewritten(name: str, path_of: Callable[[str], Path]) -> str | None:
    """What is collected in place of a file's source; None for a file that stays as it is.

    A script comes together with what it imports, a style sheet with the company's theme, and both are shortened.
    `path_of` says where the source of a file is, by its name.
    """
    if _SCRIPT.fullmatch(name):
        return shorten(join(path_of(name)))
    if _SHEET.fullmatch(name):
        sheet = path_of(name).read_text()
        if style_sheets.IMPORT_OF_THEME in sheet:
            sheet = style_sheets.with_theme(sheet, path_of(_THEME).read_text())
        return style_sheets.shorten(sheet)
    return None


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # WhiteNoise has no types.
    """Names carry a hash of the content, so that browsers keep a file for good. Scripts and style sheets contain what
    they import, and are shortened.

    The hash also replaces the name of a module that a script imports later, when it needs it. Files can be collected
    while processes serve them: none is away for a moment, and none can be read half-written.
    """

    support_js_module_import_aggregation = True

    def post_process(
        self, paths: dict[str, tuple[Any, str]], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str, bool]]:
        if not dry_run:
            sources = {name: Path(storage.path(path)) for name, (storage, path) in paths.items()}
            for name in paths:
                if (text := rewritten(name, sources.__getitem__)) is not None:
                    self.delete(name)
                    self._save(name, ContentFile(text))
                    paths[name] = (self, name)
        yield from super().post_process(paths, dry_run, **options)

    def load_manifest(self) -> tuple[dict[str, str], str]:
        """With the names that only the former release had: one of its processes may start again."""
        paths, manifest_hash = super().load_manifest()
        return {**self._stored().get("former", {}), **paths}, manifest_hash

    def save_manifest(self) -> None:
        stored = self._stored()
        known = stored.get("paths", {})
        former = known if known != self.hashed_files else stored.get("former", {})
        content = json.dumps(sorted(self.hashed_files.items())).encode()
        self.manifest_hash = self.file_hash(None, ContentFile(content))
        manifest = {"paths": self.hashed_files, "former": former}
        manifest |= {"version": self.manifest_version, "hash": self.manifest_hash}
        self._save(self.manifest_name, ContentFile(json.dumps(manifest).encode()))
        in_use = {*known.values(), *former.values(), *self.hashed_files.values()}
        self._touch(in_use)
        self._delete_old(in_use)

    def compress_files(self, paths: Iterable[str]) -> list[tuple[str, str]]:
        new = [path for path in paths if not self.exists(f"{path}.gz")]
        found: list[tuple[str, str]] = super().compress_files(new)
        return found

    def delete(self, name: str) -> None:
        if not _HASHED.search(name):
            super().delete(name)

    def _save(self, name: str, content: Any) -> str:
        """A hashed name stands for one content, so a file that is there already stays."""
        if _HASHED.search(name) and self.exists(name):
            return name
        part = super()._save(f"{name}.{token_hex(4)}.part", content)
        Path(self.path(part)).replace(self.path(name))
        return name

    def _stored(self) -> dict[str, Any]:
        stored: dict[str, Any] = json.loads(self.read_manifest() or "{}")
        return stored

    def _touch(self, names: Iterable[str]) -> None:
        """The time of a file says when a release last had it."""
        for name in names:
            if self.exists(name):
                os.utime(self.path(name))

    def _delete_old(self, in_use: set[str]) -> None:
        before = time.time() - _KEPT.total_seconds()
        for path in Path(self.location).rglob("*"):
            is_old = _HASHED.search(path.name) and path.is_file() and path.stat().st_mtime < before
            if is_old and path.relative_to(self.location).as_posix() not in in_use:
                for each in (path, Path(f"{path}.gz"), Path(f"{path}.br")):
                    each.unlink(missing_ok=True)


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]  # WhiteNoise has no types.
    """Serves static files, including those that a newer release has collected since this process started.

    Where each release has a folder of its own, as in images of containers, the file of another one is answered with
    what this release has under that name: a page in slightly another style is better than one without. Scripts are
    not: pages work without them, and may not with those of another release.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        url = request.path_info
        is_unknown = url.startswith(self.static_prefix) and url not in self.files and _HASHED.search(url)
        found = is_unknown and (self._collected_since(url) or self._of_this_release(url))
        response: HttpResponse = self.serve(found, request) if found else super().__call__(request)
        return response

    def _collected_since(self, url: str) -> StaticFile | None:
        """What is found is kept for the life of the process: its content never changes."""
        file = Path(self.static_root).absolute() / url.removeprefix(self.static_prefix)
        if not (self.url_is_canonical(url) and file.is_file()):
            return None
        self.files[url] = self.get_static_file(str(file), url)
        return self.files[url]

    def _of_this_release(self, url: str) -> StaticFile | None:
        """It is not kept, and browsers keep it for a minute: anyone can invent such names."""
        return self.files.get(self.get_name_without_hash(url)) if url.endswith((".css", ".svg")) else None

    def immutable_file_test(self, path: str, url: str) -> bool:
        """The manifest knows the names of one release only."""
        return url.startswith(self.static_prefix) and _HASHED.search(url) is not None
