"""Kill a portal process at a chosen point of sending, as a power cut would, or hold it up there.

The portal has no code for this: its functions are wrapped here, only in the processes of the campaign.
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
from portal import guarded_http
from tests.chaos.campaign.diary import Diary
from tests.chaos.campaign.plan import POINTS

Function = Callable[..., Any]

COMMITTED, CLAIMED, SENT, ANSWERED, WRITTEN = POINTS


class Kills:
    """Kills or holds up the process when a thread that was armed reaches the point."""

    def __init__(self, diary: Diary) -> None:
        self._diary = diary
        self._armed = threading.local()
        _wrap(sending, "claim", before=lambda: self._reach(COMMITTED))
        _wrap(Mailbox, "send", before=lambda: self._reach(CLAIMED), after=lambda: self._reach(ANSWERED))
        _wrap(guarded_http._GuardedConnection, "getresponse", before=self._reach_sent)
        _wrap(sending, "attempt", after=lambda: self._reach(WRITTEN))

    def arm(
        self, *, killed_at: str = "", held_up_at: str = "", seconds: float = 0, number: int | None = None
    ) -> None:
        """Arm this thread until the next call. `number` is the number of its message, for the diary."""
        self._armed.killed_at, self._armed.held_up_at = killed_at, held_up_at
        self._armed.seconds, self._armed.number = seconds, number

    def _reach(self, point: str) -> None:
        armed = self._armed
        if getattr(armed, "held_up_at", "") == point:
            armed.held_up_at = ""
            self._diary.note(did="held up", at=point, number=armed.number)
            time.sleep(armed.seconds)
        if getattr(armed, "killed_at", "") == point:
            self._diary.note(did="died", at=point, number=armed.number)
            os.kill(os.getpid(), signal.SIGKILL)

    def _reach_sent(self) -> None:
        if getattr(self._armed, "killed_at", "") == SENT:
            # By then, upstream may or may not have received the message.
            time.sleep(random.uniform(0, 0.02))  # noqa: S311  Not for secrets.
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
