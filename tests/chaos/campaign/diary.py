"""Records of what the writers of a campaign did and saw. They survive the process that wrote them."""

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Entry = dict[str, Any]


class Diary:
    """A file of JSON lines. Safe to share between threads. A line is handed to the system before `note` returns."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        self._lock = threading.Lock()

    def note(self, **entry: Any) -> None:
        line = json.dumps(entry) + "\n"
        with self._lock:
            os.write(self._file, line.encode())


def entries(path: Path) -> Iterator[Entry]:
    """The entries of a diary, in order; empty if the file does not exist."""
    if path.exists():
        for line in path.read_text().splitlines():
            yield json.loads(line)


def all_entries(folder: Path) -> Iterator[Entry]:
    for path in sorted(folder.glob("*.jsonl")):
        yield from entries(path)
