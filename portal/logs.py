"""Log lines as JSON, with the id of their request, and without anything about a consumer, whatever the level.

The portal's own loggers pass values that may be logged. Libraries pass anything: SQL with its parameters, URLs with
addresses, a template's whole context. Of their records, and of every exception, only that is written which cannot be
data: names, places in the code, and text that is a constant in the code.
"""

import contextvars
import logging
import logging.handlers
import re
import secrets
import sys
import threading
import traceback
from collections.abc import Iterator
from http import HTTPStatus
from types import TracebackType
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from pythonjsonlogger.json import JsonFormatter

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

_OWN = ("inbox", "portal")
_WITHHELD = "The text may hold data and is not logged."
_MOST_FRAMES = 40  # Of one exception: the innermost. Log collectors cut off very long lines.

# What no line of the portal should hold. If one does, it is removed.
_REFERENCE = re.compile(r"(?<![A-Za-z0-9])[iou]\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}")
_ADDRESS = re.compile(r"[\w.+-]+(?:@|%40)[\w.-]+", re.IGNORECASE)
# The secrets at the end of these URLs: an invitation opens an account, the other continues a session.
_TOKEN = re.compile(r"((?<=/invitation/)|(?<=/continue/))[^/\s\"'?#]+")

# Of a warning, as `warnings.formatwarning` writes it: file, line and category.
_WARNING = re.compile(r"\S+:\d+: \w+")

_request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="-")

logger = logging.getLogger(__name__)


def start_request() -> str:
    """Set a new id for the request that this thread serves. It is shown on error pages and sent as X-Request-Id."""
    new_id = secrets.token_hex(6)
    _request_id.set(new_id)
    return new_id


def request_id() -> str:
    return _request_id.get()


def level(name: str) -> int:
    """The number of a level, in lower or upper case. Raises ValueError."""
    if name.upper() not in LEVELS:
        raise ValueError(f"it is none of {', '.join(LEVELS)}")
    return logging.getLevelNamesMapping()[name.upper()]


class Formatter(JsonFormatter):
    """Never raises: `logging` would print the record's arguments to stderr, or fail the page that logs."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(request_id)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        try:
            exception = _exception(record)
        except Exception:  # noqa: BLE001  Anything may be wrong with an exception of others.
            exception = None
        try:
            text = _text(record)
        except Exception:  # noqa: BLE001  As above: arguments that do not fit, a __str__ that fails.
            text = _WITHHELD
        kept = {name: vars(record)[name] for name in ("name", "levelno", "levelname", "created", "msecs")}
        kept |= {"msg": text, "exc_text": exception, "request_id": request_id()}
        if not (_is_own(record.name) or "status_code" in vars(record)):
            kept["place"] = f"{record.pathname}:{record.lineno}"
        return super().format(logging.makeLogRecord(kept))


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
    if isinstance(handler, logging.NullHandler):
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
        return _own_text(record)
    if isinstance(status := vars(record).get("status_code"), int):
        return _refused_request(record, status)
    if record.name == "py.warnings" and (found := _WARNING.match(record.getMessage())):
        return found.group()
    return record.msg if _is_constant(record.msg) else _WITHHELD


def _own_text(record: logging.LogRecord) -> str:
    args = record.args
    if isinstance(args, tuple):
        args = tuple(_class_of(arg) if _is_foreign_error(arg) else arg for arg in args)
    text = _REFERENCE.sub("<reference>", str(record.msg) % args if args else str(record.msg))
    return _ADDRESS.sub("<address>", _TOKEN.sub("<token>", text))


def _is_foreign_error(value: object) -> bool:
    return isinstance(value, BaseException) and not _is_own(type(value).__module__)


def _class_of(value: object) -> str:
    return f"{type(value).__module__}.{type(value).__qualname__}"


def _refused_request(record: logging.LogRecord, status: int) -> str:
    """Django's line about a request that was not answered as usual. A path may hold anything, its pattern does not."""
    reason = HTTPStatus(status).phrase
    if record.name == "django.security.csrf" and isinstance(record.args, tuple):
        # Django appends the header that it refuses after a dash.
        reason += f" ({str(record.args[0]).partition(' - ')[0]})"
    return f"{reason}: {_pattern(vars(record).get('request'))}"


def _pattern(request: Any) -> str:
    # Not at the top: the settings import this module.
    from django.urls import Resolver404, resolve

    try:
        return f"/{resolve(request.path_info).route}"
    except (AttributeError, Resolver404):
        return "no page of the portal"


def _is_constant(text: object) -> bool:
    """Whether it is a literal in the code of one of the callers, as opposed to text made of values."""
    return isinstance(text, str) and any(
        text in frame.f_code.co_consts for frame, _line in traceback.walk_stack(None)
    )


def _exception(record: logging.LogRecord) -> str | None:
    error = record.exc_info[1] if record.exc_info else None
    return "\n".join(_lines(error, set())) if error else None


def _lines(error: BaseException, seen: set[int]) -> Iterator[str]:
    """The class of an exception and the places of its frames, then the same for those that it contains or follows."""
    seen.add(id(error))
    # What is wrong with the configuration is for the operator to read.
    yield f"{_class_of(error)}: {error}" if isinstance(error, ImproperlyConfigured) else _class_of(error)
    for frame, line in list(traceback.walk_tb(error.__traceback__))[-_MOST_FRAMES:]:
        yield f"  {frame.f_code.co_filename}:{line} in {frame.f_code.co_qualname}"
    parts = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    for other in (*parts, before):
        if other is not None and id(other) not in seen:
            yield from _lines(other, seen)
