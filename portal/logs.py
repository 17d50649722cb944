"""Log lines carry the id of their request, and nothing that identifies a message or opens an account."""

import contextvars
import logging
import re
import secrets

_request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="-")

# References to messages, with the message id inside.
_REFERENCE = re.compile(r"(?<![A-Za-z0-9])[iou]\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}")

# The secrets at the end of these URLs: an invitation opens an account, the other continues a session.
_TOKEN = re.compile(r"((?<=/invitation/)|(?<=/continue/))[^/\s\"'?#]+")


def start_request() -> str:
    """Set a new id for the request that this thread serves. It is shown on error pages and sent as X-Request-Id."""
    new_id = secrets.token_hex(6)
    _request_id.set(new_id)
    return new_id


def request_id() -> str:
    return _request_id.get()


class RequestFilter(logging.Filter):
    """Adds the request id, which a consumer can quote, and removes references and tokens from the message."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id()
        # Django logs the path of a refused request, and attaches the request itself to the record.
        message = _REFERENCE.sub("<reference>", record.getMessage())
        record.msg, record.args = _TOKEN.sub("<token>", message), ()
        record.__dict__.pop("request", None)
        return True
