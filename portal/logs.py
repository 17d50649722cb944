"""What log lines hold: the name of their request, and nothing that belongs to a consumer's mail."""

import contextvars
import logging
import re
import secrets

_request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="-")

# References, and the ids inside them: both name somebody's message.
_REFERENCE = re.compile(r"(?<![A-Za-z0-9])[iou]\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}")

# What these addresses end in opens an account, or carries a session on.
_TOKEN = re.compile(r"((?<=/invitation/)|(?<=/continue/))[^/\s\"'?#]+")


def start_request() -> str:
    """Name the request that this thread now serves. The name is on its error page and in its answer's headers."""
    name = secrets.token_hex(6)
    _request_id.set(name)
    return name


def request_id() -> str:
    return _request_id.get()


class RequestFilter(logging.Filter):
    """Puts the request id on each record, so that what a consumer quotes leads to the lines behind it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id()
        # Django names the address of a refused request, and attaches the request itself.
        message = _REFERENCE.sub("<reference>", record.getMessage())
        record.msg, record.args = _TOKEN.sub("<token>", message), ()
        record.__dict__.pop("request", None)
        return True
