"""A ZIP that is sent while it is written: what has been taken of it is no longer in memory."""

from datetime import datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo


class Archive:
    """Add files, take bytes; after `close`, take the last ones."""

    def __init__(self, moment: datetime) -> None:
        """`moment` is the time that all files bear, as a clock on the wall shows it."""
        self._written = _Written()
        # It finds out that it cannot go back, and writes the sizes of a file after it.
        self._zip = ZipFile(self._written, "w", ZIP_DEFLATED)
        self._moment = moment.timetuple()[:6]

    def add(self, name: str, content: bytes) -> None:
        info = ZipInfo(name, self._moment)
        info.compress_type = ZIP_DEFLATED
        info.external_attr = 0o600 << 16  # On Unix, its owner alone may read it.
        self._zip.writestr(info, content)

    def close(self) -> None:
        self._zip.close()

    def take(self) -> bytes:
        """What has been written since the last time."""
        return self._written.take()


class _Written:
    """A file that can neither be read nor searched."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing is open."""

    def take(self) -> bytes:
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken
