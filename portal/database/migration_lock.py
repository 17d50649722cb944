"""Lets one `manage.py migrate` at a time change a database; the others wait, and then find nothing left to do."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import Any, Final

Say = Callable[[str], object]

# Any number would do, as long as nothing else that uses the same database takes it for a lock of its own.
_KEY: Final = 7_318_249_655
_WAITING: Final = "Another migrate is changing this database. Waiting for it ..."
_PAUSE: Final = 0.5  # Seconds.


@contextmanager
def held(connection: Any, say: Say) -> Iterator[None]:
    """Waits for its turn. The lock ends with the process that holds it, however that ends."""
    if connection.vendor == "postgresql":
        with _advisory_lock(connection, say):
            yield
    elif connection.is_in_memory_db():
        yield
    else:
        with _folder_lock(Path(connection.settings_dict["NAME"]).resolve().parent, say):
            yield


@contextmanager
def _advisory_lock(connection: Any, say: Say) -> Iterator[None]:
    """A lock of PostgreSQL's own, held by a connection of its own. PgBouncer has to be gone around for it."""
    keeper = connection.copy()
    keeper.settings_dict["OPTIONS"].pop("pool", None)
    try:
        # Tried again and again: to wait inside a statement would hold up CREATE INDEX CONCURRENTLY, and so the very
        # migrate that is waited for.
        if not _take(keeper):
            say(_WAITING)
            while not _take(keeper):
                time.sleep(_PAUSE)
        yield
    finally:
        keeper.close()


def _take(keeper: Any) -> bool:
    with keeper.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_KEY])
        return bool(cursor.fetchone()[0])


@contextmanager
def _folder_lock(folder: Path, say: Say) -> Iterator[None]:
    """On the folder of the file: a lock on the file itself would get in the way of SQLite's own."""
    number = os.open(folder, os.O_RDONLY)
    try:
        try:
            flock(number, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            say(_WAITING)
            flock(number, LOCK_EX)
        yield
    finally:
        os.close(number)
