"""Reports of errors to the company's error tracker: PORTAL_ERROR_REPORTER names a function that gets each.

What is reported is what the log has: a logging handler makes the report of every line of level ERROR that has an
exception. The function runs in a thread of its own, so whatever it does neither delays nor fails a page.
"""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from queue import Full, Queue
from threading import Lock, Thread
from typing import Any, Final

from django.utils.module_loading import import_string

from portal import request_context
from portal.stack_traces import Raised, chain, class_name

logger = logging.getLogger(__name__)

_MOST_WAITING: Final = 100  # Reports of one process.
_SECONDS: Final = 60  # The same error of a process is reported once in this time.
_MOST_KINDS: Final = 1_000  # Different errors that are remembered for that.


@dataclass(frozen=True)
class ErrorReport:
    """An exception that was logged, without a value, a text or an address.

    `raised` is the exception itself, then those that it contains or follows. `view`, `method` and `status` are of the
    request, where an unanswered request is the reason; `request_id` is "-" outside requests. `repeated` says how often
    the same error, by its class and place, has occurred unreported since its last report.
    """

    time: datetime
    logger: str
    raised: tuple[Raised, ...]
    view: str
    method: str
    status: int | None
    request_id: str
    release: str
    repeated: int

    @property
    def kind(self) -> str:
        return self.raised[0].kind


class ReportHandler(logging.Handler):
    """`function` is its dotted name."""

    def __init__(self, function: str) -> None:
        super().__init__(logging.ERROR)
        self._function = function
        self._repeats = Repeats()
        self._waiting: Queue[ErrorReport] = Queue(_MOST_WAITING)
        self._process = 0
        self._starting = Lock()

    def emit(self, record: logging.LogRecord) -> None:
        try:
            if record.exc_info and record.exc_info[1]:
                self._report(record, tuple(chain(record.exc_info[1])))
        except Exception:  # noqa: BLE001  As in `portal.logs`: an error in here must not fail the page that logs.
            return

    def _report(self, record: logging.LogRecord, raised: tuple[Raised, ...]) -> None:
        key = (raised[0].kind, raised[0].frames[-1:])
        repeated = self._repeats.due(key, record.created)
        if repeated is None:
            return
        request: Any = vars(record).get("request")
        match = getattr(request, "resolver_match", None)
        report = ErrorReport(
            time=datetime.fromtimestamp(record.created, UTC),
            logger=record.name,
            raised=raised,
            view=match.view_name if match else "",
            method=request_context.method_name(request.method) if hasattr(request, "method") else "",
            status=vars(record).get("status_code"),
            request_id=request_context.request_id(),
            release=_release(),
            repeated=repeated,
        )
        self._start_thread()
        try:
            self._waiting.put_nowait(report)
        except Full:
            self._repeats.put_back(key, repeated + 1)

    def _start_thread(self) -> None:
        """One in each process: a fork leaves it behind."""
        with self._starting:
            if self._process != os.getpid():
                self._process = os.getpid()
                Thread(target=self._run, name="error reports", daemon=True).start()

    def _run(self) -> None:
        while True:
            report = self._waiting.get()
            try:
                function: Callable[[ErrorReport], object] = import_string(self._function)
                function(report)
            except Exception as error:  # noqa: BLE001  It is the company's function.
                # Without the exception, which would be an error to report.
                logger.warning("PORTAL_ERROR_REPORTER has failed: %s", class_name(error))


class Repeats:
    """Which errors were reported in the last minute, and how often they have occurred since. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen: dict[
            object, tuple[float, int]
        ] = {}  # When it was reported, and how often it occurred since.

    def due(self, key: object, now: float) -> int | None:
        """How often the error went unreported if it is to be reported now; otherwise None. `now` is in seconds."""
        with self._lock:
            reported_at, number = self._seen.pop(key, (None, 0))
            if reported_at is not None and now - reported_at < _SECONDS:
                self._seen[key] = (reported_at, number + 1)
                return None
            self._seen[key] = (now, 0)
            if len(self._seen) > _MOST_KINDS:
                del self._seen[next(iter(self._seen))]
            return number

    def put_back(self, key: object, number: int) -> None:
        """The report found no place: it counts as one that was not made."""
        with self._lock:
            reported_at, more = self._seen.get(key, (0.0, 0))
            self._seen[key] = (reported_at, more + number)


@cache
def _release() -> str:
    """The installed version of the portal; empty where it runs from its source."""
    try:
        return version("securebox-portal")
    except PackageNotFoundError:
        return ""
