"""Where static files lie in production, and under which names."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

from portal.scripts import join

_SCRIPT: Final = re.compile(r"js/[^/]+\.js")  # What templates name; the folders below hold their modules.


def is_joined(name: str) -> bool:
    """Whether the collected file holds more than its source: a script, together with what it imports."""
    return _SCRIPT.fullmatch(name) is not None


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # WhiteNoise has no types.
    """Names carry a hash of the content, so that browsers keep a file for good. Scripts contain what they import.

    The hash also replaces the name of a module that a script imports later, when it needs it.
    """

    support_js_module_import_aggregation = True

    def post_process(
        self, paths: dict[str, tuple[Any, str]], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str, bool]]:
        if not dry_run:
            for name in filter(is_joined, paths):
                source, path = paths[name]
                self.delete(name)
                self._save(name, ContentFile(join(Path(source.path(path)))))
                paths[name] = (self, name)
        yield from super().post_process(paths, dry_run, **options)
