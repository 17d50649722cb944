"""The request that this thread serves: its id, whose it is, and the calls to the API that it has made.

Work outside requests has an id too: each round of `manage.py deliver`, and whatever else calls the API. Every module
may import this one.
"""

import contextvars
import re
import secrets
from threading import Lock
from typing import Final

_ID: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")
# The header of the W3C's Trace Context: its second part is the id that all services of one request share.
_TRACE_PARENT: Final = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class RequestContext:
    """`customer` is the pseudonym that stands for a consumer in the log, empty for a visitor.

    The threads in which a request calls the API share its context.
    """

    def __init__(self, request_id: str) -> None:
        self.id = request_id
        self.customer = ""
        self.calls = 0
        self.call_seconds = 0.0
        self._lock = Lock()

    def add_call(self, seconds: float) -> None:
        with self._lock:
            self.calls += 1
            self.call_seconds += seconds


_current: contextvars.ContextVar[RequestContext | None] = contextvars.ContextVar("request", default=None)


def begin(given_id: str = "") -> RequestContext:
    """Begin a request, or a piece of other work: under the id that a proxy gave it if that can be used as one."""
    trace = _TRACE_PARENT.fullmatch(given_id)
    if trace:
        given_id = trace[1]
    context = RequestContext(given_id if _ID.fullmatch(given_id) else secrets.token_hex(6))
    _current.set(context)
    return context


def end(**_: object) -> None:
    """What this thread logs from now on belongs to no request. A receiver of Django's `request_finished`."""
    _current.set(None)


def current() -> RequestContext:
    """The one that was begun; otherwise a new one."""
    return _current.get() or begin()


def method_name(method: object) -> str:
    """The method of a request, for the log: a client may send any word for one."""
    return str(method) if method in _METHODS else "another"


def request_id(default: str = "-") -> str:
    context = _current.get()
    return context.id if context else default
