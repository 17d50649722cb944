"""Requests as a web server hands them to the portal: no test client decides what a request may look like."""

import importlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from wsgiref.util import setup_testing_defaults

from django.core.signals import request_finished, request_started
from django.db import close_old_connections


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


@contextmanager
def one_connection() -> Iterator[None]:
    """Keeps the test's connection to the database, which the end of a request would close."""
    # First of all, since it sets up logging anew; it also needs the static files, so that no module may import it.
    importlib.import_module("portal.wsgi")
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def ask(
    method: str, path: str, query: str = "", body: bytes = b"", headers: Mapping[str, str] | None = None
) -> Answer:
    """The answer of `portal.wsgi`. The path is decoded, and holds a character for each byte, as do the headers."""
    from portal.wsgi import application  # See `one_connection`.

    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "wsgi.input": BytesIO(body),
    }
    environ |= {"CONTENT_LENGTH": str(len(body)), "HTTP_HOST": "localhost", "REMOTE_ADDR": "127.0.0.1"}
    for name, value in (headers or {}).items():
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    setup_testing_defaults(environ)
    begun = []
    response = application(environ, lambda status, headers: begun.append((status, headers)))
    content = b"".join(response)
    response.close()
    ((status, sent),) = begun
    return Answer(int(re.match(r"\d+", status)[0]), dict(sent), content)
