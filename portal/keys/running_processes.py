"""Which processes of the portal run, and which keys each of them knows.

While keys are replaced, no process may sign or encrypt with one that another process does not know. So each writes a
row when it starts, renews it every few minutes in a thread of its own, and deletes it when it ends. One that was
killed counts for an hour. `manage.py keys` shows the rows, and `manage.py rotate_keys` heeds them.
"""

import atexit
import logging
import os
import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Final
from uuid import uuid4

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

import portal
from portal.keys.fingerprints import fingerprints
from portal.models import RunningProcess

logger = logging.getLogger(__name__)

PAGES: Final = "pages"
_RENEWED: Final = 300.0  # Seconds.
_COUNTS_FOR: Final = timedelta(hours=1)  # After it was last renewed.
_HISTORY: Final = timedelta(days=7)  # For operators who ask what ran.


def start(program: str) -> None:
    """Announce this process until it ends. Returns at once: the database may be slow, or away."""
    row, ended = row_of(program), threading.Event()

    def announce_and_renew() -> None:
        while True:
            announce(row)
            connection.close()
            if ended.wait(_RENEWED):
                break

    def leave() -> None:
        ended.set()
        _quietly(RunningProcess.objects.filter(pk=row.pk).delete)

    threading.Thread(target=announce_and_renew, name="running-process", daemon=True).start()
    atexit.register(leave)


def row_of(program: str) -> RunningProcess:
    """A row for this process, not yet saved."""
    return RunningProcess(
        id=uuid4(),
        program=program,
        host=socket.gethostname()[:255],
        pid=os.getpid(),
        release=portal.__version__,
        keys=fingerprints(),
    )


def announce(row: RunningProcess) -> None:
    """Write or renew the row; alarm operators if another process cannot read what this one writes."""
    row.seen_at = timezone.now()
    gone = RunningProcess.objects.filter(seen_at__lt=row.seen_at - _HISTORY)
    if not (_quietly(row.save) and _quietly(gone.delete)):
        return
    for name, (first, *_others) in row.keys.items():
        if unaware := lacking(name, first):
            logger.error(
                "%s of this process begins with a key that %d other processes do not know (%s): what it writes, they"
                " cannot read. Put it behind the former key until all of them know it; manage.py keys says more.",
                name,
                len(unaware),
                first,
            )


def current() -> list[RunningProcess]:
    """Those that were seen within the last hour."""
    return list(
        RunningProcess.objects.filter(seen_at__gt=timezone.now() - _COUNTS_FOR).order_by("host", "pid")
    )


def lacking(name: str, key: str) -> list[RunningProcess]:
    """The processes that do not know the key with this fingerprint, of the setting with this name."""
    return [process for process in current() if key not in process.keys.get(name, [])]


def _quietly(write: Callable[[], object]) -> bool:
    """Whether it worked. A process that cannot say that it runs goes on with its work."""
    try:
        write()
    except (DatabaseError, InterfaceError):
        logger.warning("This process could not say that it runs", exc_info=True)
        return False
    return True
