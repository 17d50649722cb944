"""Examines the free space on this machine: for SQLite's file, static files and temporary files."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.conf import settings

from portal.findings import Finding, failure, ok, warning

TOPIC: Final = "Disk"
_MEGABYTE: Final = 1024 * 1024
_LITTLE: Final = 100 * _MEGABYTE
_SOON_LITTLE: Final = 1024 * _MEGABYTE
_FIX: Final = "Make room there, or give it a larger disk."


def look() -> Iterator[Finding]:
    places = {Path(settings.STATIC_ROOT): "static files"}
    try:
        places[Path(tempfile.gettempdir())] = "temporary files"
    except FileNotFoundError:
        yield failure(
            TOPIC, "There is no folder for temporary files that can be written.", "Set TMPDIR to one."
        )
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        places[Path(database["NAME"]).absolute().parent] = "the database"
    disks: dict[int, list[Path]] = {}
    for folder in filter(Path.exists, places):
        disks.setdefault(folder.stat().st_dev, []).append(folder)
    for folders in disks.values():
        yield _space(folders[0], " and ".join(f"{places[folder]} ({folder})" for folder in folders))


def _space(folder: Path, purposes: str) -> Finding:
    free = shutil.disk_usage(folder).free
    text = f"{free // _MEGABYTE:,} MB are free for {purposes}."
    if free < _LITTLE:
        return failure(TOPIC, text, _FIX)
    if os.statvfs(folder).f_files and not os.statvfs(folder).f_favail:
        return failure(TOPIC, f"No further file can be made for {purposes}: no inode is left.", _FIX)
    return warning(TOPIC, text, _FIX) if free < _SOON_LITTLE else ok(TOPIC, text)
