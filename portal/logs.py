"""Log lines as JSON, with the id of their request, and without anything about a consumer, whatever the level.

The portal's own loggers pass values that may be logged. Libraries pass anything: SQL with its parameters, URLs with
addresses, a template's whole context. Of their records, and of every exception, only that is written which cannot be
data: names, places in the code, and text that is a constant in the code.
"""

import logging
import logging.handlers
import re
import sys
import threading
import traceback
from datetime import UTC, datetime
from http import HTTPStatus
from types import TracebackType
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from portal import request_context, stack_traces
from portal.error_reporter import ReportHandler
from portal.stack_traces import class_name

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

_OWN = ("inbox", "portal")
_WITHHELD = "The text may hold data and is not logged."

# What no line of the portal should hold. If one does, it is removed.
_REFERENCE = re.compile(r"(?<![A-Za-z0-9])[iou]\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}")
_ADDRESS = re.compile(r"[\w.+-]+(?:@|%40)[\w.-]+", re.IGNORECASE)
# The secrets at the end of these URLs: an invitation opens an account, the other continues a session.
_TOKEN = re.compile(r"((?<=/invitation/)|(?<=/continue/))[^/\s\"'?#]+")

# Of a warning, as `warnings.formatwarning` writes it: file, line and category.
_WARNING = re.compile(r"\S+:\d+: \w+")

logger = logging.getLogger(__name__)


def level(name: str) -> int:
    """The number of a level, in lower or upper case. Raises ValueError."""
    if name.upper() not in LEVELS:
        raise ValueError(f"it is none of {', '.join(LEVELS)}")
    return logging.getLevelNamesMapping()[name.upper()]


class Formatter(JsonFormatter):
    """Never raises: `logging` would print the record's arguments to stderr, or fail the page that logs.

    The portal's own loggers may pass `extra={"facts": {...}}`: names and values that become fields of the line.
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(request_id)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        try:
            exception = stack_traces.describe(record.exc_info[1]) if record.exc_info else None
        except Exception:  # noqa: BLE001  Anything may be wrong with an exception of others.
            exception = None
        try:
            text = self.text(record)
        except Exception:  # noqa: BLE001  As above: arguments that do not fit, a __str__ that fails.
            text = _WITHHELD
        kept = {name: vars(record)[name] for name in ("name", "levelno", "levelname", "created", "msecs")}
        kept |= {"msg": text, "exc_text": exception, "request_id": request_context.request_id()}
        if _is_own(record.name):
            kept |= _facts(record)
        elif "status_code" not in vars(record):
            kept["place"] = f"{record.pathname}:{record.lineno}"
        return super().format(logging.makeLogRecord(kept))

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802  logging's name.
        """In UTC, whatever the zone of the process, so that the lines of all processes sort by their text."""
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    def text(self, record: logging.LogRecord) -> str:
        """What may be written of the record's message. It may raise anything."""
        return _text(record)


def install() -> None:
    """Let nothing past `Formatter` that Python itself would write to stderr.

    That is what is logged before logging is configured, what cannot be logged, warnings, and exceptions that nobody
    catches.
    """
    logging.raiseExceptions = False
    if logging.lastResort:
        logging.lastResort.setFormatter(Formatter())
    logging.captureWarnings(True)
    sys.excepthook = _end_command
    threading.excepthook = lambda args: _log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)
    sys.unraisablehook = lambda args: _log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def unsafe_loggers() -> list[str]:
    """The names of loggers with a handler that writes more than `Formatter` lets through."""
    loggers = [logging.root, *logging.root.manager.loggerDict.values()]
    return [
        logger.name
        for logger in loggers
        if isinstance(logger, logging.Logger) and not all(map(_is_safe, logger.handlers))
    ]


def _is_safe(handler: logging.Handler) -> bool:
    """Other classes send the record itself, or mail the request."""
    if isinstance(handler, (logging.NullHandler, ReportHandler)):
        return True
    writes_text = isinstance(handler, (logging.StreamHandler, logging.handlers.SysLogHandler))
    return writes_text and isinstance(handler.formatter, Formatter)


def _end_command(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    # In a terminal, the person who typed the command reads what went wrong. Elsewhere it goes to a log.
    if sys.stderr is not None and sys.stderr.isatty():
        sys.__excepthook__(kind, error, trace)
    else:
        _log_uncaught(kind, error, trace)


def _log_uncaught(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    if issubclass(kind, SystemExit):
        return  # It ends a thread, as it should.
    # In `manage.py shell`, the person who typed the statement reads its outcome.
    if error is None or issubclass(kind, KeyboardInterrupt) or hasattr(sys, "ps1"):
        sys.__excepthook__(kind, error or kind(), trace)
    else:
        logger.critical("Uncaught exception", exc_info=(kind, error, trace))


def _is_own(name: str) -> bool:
    return name.partition(".")[0] in _OWN


def _text(record: logging.LogRecord) -> str:
    if _is_own(record.name):
        return own_text(record)
    if isinstance(status := vars(record).get("status_code"), int):
        return _refused_request(record, status)
    if record.name == "py.warnings" and (found := _WARNING.match(record.getMessage())):
        return found.group()
    if not _is_constant(record.msg):
        return _WITHHELD
    return record.getMessage() if _has_process_ids(record) else record.msg


def own_text(record: logging.LogRecord) -> str:
    """The message with its values, for a record whose values may be logged."""
    args = record.args
    if isinstance(args, tuple):
        args = tuple(class_name(arg) if _is_foreign_error(arg) else arg for arg in args)
    return _scrubbed(str(record.msg) % args if args else str(record.msg))


def _scrubbed(text: str) -> str:
    return _ADDRESS.sub("<address>", _TOKEN.sub("<token>", _REFERENCE.sub("<reference>", text)))


def _facts(record: logging.LogRecord) -> dict[str, Any]:
    facts = vars(record).get("facts") or {}
    return {name: _scrubbed(value) if isinstance(value, str) else value for name, value in facts.items()}


def _is_foreign_error(value: object) -> bool:
    return isinstance(value, BaseException) and not _is_own(type(value).__module__)


def _refused_request(record: logging.LogRecord, status: int) -> str:
    """Django's line about a request that was not answered as usual. A path may hold anything, its pattern does not."""
    reason = HTTPStatus(status).phrase
    if record.name == "django.security.csrf" and isinstance(record.args, tuple):
        # Django appends the header that it refuses after a dash.
        reason += f" ({str(record.args[0]).partition(' - ')[0]})"
    return f"{reason}: {route(vars(record).get('request'))}"


def route(request: Any) -> str:
    """The pattern of the request's address, such as /inbox/<slug:slug>/."""
    # Not at the top: the settings import this module.
    from django.urls import Resolver404, resolve

    try:
        return f"/{resolve(request.path_info).route}"
    except (AttributeError, Resolver404):
        return "no page of the portal"


def _has_process_ids(record: logging.LogRecord) -> bool:
    """Numbers in gunicorn's lines are those of its processes."""
    return record.name == "gunicorn.error" and all(isinstance(value, int) for value in record.args or [""])


def _is_constant(text: object) -> bool:
    """Whether it is a literal in the code of one of the callers, as opposed to text made of values."""
    return isinstance(text, str) and any(
        text in frame.f_code.co_consts for frame, _line in traceback.walk_stack(None)
    )
