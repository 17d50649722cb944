"""The request id: one short name for a request, on its error page, in its answer's headers and in its log lines."""

import contextvars
import logging
import secrets

_request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="-")


def start_request() -> str:
    """Name the request that this thread now serves."""
    name = secrets.token_hex(6)
    _request_id.set(name)
    return name


def request_id() -> str:
    return _request_id.get()


class RequestIdFilter(logging.Filter):
    """Puts the request id on every record, so that what a consumer quotes leads to the lines behind it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id()
        # Django attaches the whole request, which would be printed with its address.
        record.__dict__.pop("request", None)
        return True
