"""Ends a portal process at a chosen point of sending, as a power cut would.

The product knows nothing of this: its functions are wrapped here, in the processes of the campaign alone.
"""

import os
import random
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

from inbox.access import Mailbox
from inbox.outgoing import sending
from inbox.securemail import connections
from tests.campaign.diary import Diary
from tests.campaign.plan import KILL_POINTS

Function = Callable[..., Any]

COMMITTED, CLAIMED, SENT, ANSWERED, WRITTEN = KILL_POINTS


class Kills:
    """Arm a thread, and its process dies when that thread gets to the point."""

    def __init__(self, diary: Diary) -> None:
        self._diary = diary
        self._armed = threading.local()
        _wrap(sending, "claim", before=lambda: self._reach(COMMITTED))
        _wrap(Mailbox, "send", before=lambda: self._reach(CLAIMED), after=lambda: self._reach(ANSWERED))
        _wrap(connections._GuardedConnection, "getresponse", before=self._reach_sent)
        _wrap(sending, "attempt", after=lambda: self._reach(WRITTEN))

    def arm(self, point: str, number: int | None = None) -> None:
        """An empty point disarms."""
        self._armed.point, self._armed.number = point, number

    def _reach(self, point: str) -> None:
        if getattr(self._armed, "point", "") == point:
            self._diary.note(did="died", at=point, number=self._armed.number)
            os.kill(os.getpid(), signal.SIGKILL)

    def _reach_sent(self) -> None:
        if getattr(self._armed, "point", "") == SENT:
            # Upstream may have got the message by then, or not.
            time.sleep(random.uniform(0, 0.02))  # noqa: S311
            self._reach(SENT)


def _wrap(
    owner: Any, name: str, *, before: Callable[[], None] = lambda: None, after: Function = lambda: None
) -> None:
    wrapped: Function = getattr(owner, name)

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        before()
        try:
            return wrapped(*args, **kwargs)
        finally:
            after()

    setattr(owner, name, wrapper)
