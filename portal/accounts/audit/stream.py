"""The activity log as a stream of JSON lines, for the company's security monitoring (SIEM): PORTAL_AUDIT_STREAM.

It holds addresses, as the activity log does, and shares nothing with the portal's log, which must not. A line is sent
once its transaction is committed, by a thread of its own: whatever happens to the stream neither delays nor fails a
page. While it cannot be written, lines wait; those for which there is no place are lost, counted, and told of in the
log and in the stream.
"""

import atexit
import json
import logging
import os
from contextlib import suppress
from functools import partial
from queue import Full, Queue
from threading import Event, Lock, Thread
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.accounts.audit.records import Record, audit_record, utc
from portal.accounts.audit.sinks import Sink, make
from portal.accounts.models import Activity

logger = logging.getLogger(__name__)

MOST_WAITING: Final = 10_000  # Lines of one process: some megabytes.
_RETRY_SECONDS: Final = 1.0
_WAKE_UP: Final = ""  # In place of a line: the process ends.
_CLOSE_SECONDS: Final = 3.0  # How long a process that ends waits for its last lines to be written.


class Stream:
    def __init__(self, sink: Sink, most_waiting: int = MOST_WAITING) -> None:
        self._sink = sink
        self._waiting: Queue[str] = Queue(most_waiting)
        self._lock = Lock()
        self._lost = 0
        self._closing = Event()
        self._failing = False
        self._thread = Thread(target=self._run, name="audit stream", daemon=True)
        self._thread.start()

    def put(self, line: str) -> None:
        """Never waits and never raises."""
        try:
            self._waiting.put_nowait(line)
        except Full:
            self._lose(1)

    def close(self, seconds: float = _CLOSE_SECONDS) -> None:
        """Write what waits, for so long. What is left then is lost."""
        self._closing.set()
        with suppress(Full):
            self._waiting.put_nowait(_WAKE_UP)
        self._thread.join(seconds)
        self._lose(sum(line != _WAKE_UP for line in self._waiting.queue), final=True)

    def _run(self) -> None:
        while not (self._closing.is_set() and self._waiting.empty()):
            line = self._waiting.get()
            if line == _WAKE_UP:
                continue
            if not self._deliver(line):
                self._lose(1)
                break
            self._tell_of_losses()
        self._sink.close()

    def _deliver(self, line: str) -> bool:
        """Try until it is written, and meanwhile let the others wait; false if the process ends first."""
        while not self._written(line):
            if self._closing.wait(_RETRY_SECONDS):
                return False
        return True

    def _written(self, line: str) -> bool:
        try:
            self._sink.write(line)
        except Exception as error:  # noqa: BLE001  Whatever it is, it must not end the thread.
            if not self._failing:
                logger.error("The audit stream cannot be written; its lines wait: %s", type(error).__name__)
            self._failing = True
            return False
        if self._failing:
            logger.warning("The audit stream can be written again")
        self._failing = False
        return True

    def _lose(self, number: int, *, final: bool = False) -> None:
        with self._lock:
            is_first = self._lost == 0
            self._lost += number
            lost = self._lost
        if number and (is_first or final):
            logger.error("The audit stream loses lines: %d so far; the activity log has them", lost)

    def _tell_of_losses(self) -> None:
        """In the stream itself, too: the people who watch it may not have the log."""
        with self._lock:
            lost, self._lost = self._lost, 0
        if lost:
            logger.error("The audit stream has lost %d lines; the activity log has them", lost)
            record: Record = {"time": utc(timezone.now()), "event": "stream_lost_lines", "number": lost}
            self._deliver(_json(record))


_streams: dict[tuple[int, str], Stream] = {}
_starting = Lock()


def publish(line: Activity) -> None:
    """Send the line if there is a stream, once the transaction in progress is committed."""
    if target := settings.PORTAL_AUDIT_STREAM:
        transaction.on_commit(partial(_send, target, _json(audit_record(line))), robust=True)


def _send(target: str, text: str) -> None:
    # Each process has its own thread: a fork leaves it behind.
    key = (os.getpid(), target)
    with _starting:
        if key not in _streams:
            _streams[key] = Stream(make(target))
            atexit.register(_streams[key].close)
    _streams[key].put(text)


def _json(record: Record) -> str:
    """In ASCII and one line, whatever it holds. `log` tells it from the portal's log where both go to stderr."""
    return json.dumps({"log": "audit", **record})
