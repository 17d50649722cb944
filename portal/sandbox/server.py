"""The HTTP server: a thread for each connection, persistent connections, on the loopback interface only."""

import contextlib
import socket
from collections.abc import Iterable
from io import BytesIO
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication

from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest

from portal.sandbox.chunks import MalformedChunksError, read_chunked
from portal.sandbox.settings import DATA_UPLOAD_MAX_MEMORY_SIZE

HOST = "127.0.0.1"  # Never another one: the control endpoints and the desk have no password.
# Bytes. Django refuses a body that is longer than its own limit, as it does one of a declared length.
MAX_CHUNKED_BODY = DATA_UPLOAD_MAX_MEMORY_SIZE + 1
DEFAULT_API_KEY = "sandbox-key"


class Handler(WSGIRequestHandler):
    server: "Server"
    # Headers and body are written separately. With Nagle's algorithm, each response on a persistent connection would
    # wait about 40 ms for an acknowledgement in between.
    disable_nagle_algorithm = True

    def get_environ(self) -> dict[str, Any]:
        """WSGI's environment, and what it lacks: the API keys, the connection, a chunked body, the headers' names."""
        header_names = sorted({name.lower() for name in self.headers})
        return super().get_environ() | {
            "sandbox.api_keys": self.server.api_keys,
            "sandbox.connection": self.connection,
            "sandbox.header_names": header_names,
            "sandbox.chunked_body": self.chunked_body,
        }

    def parse_request(self) -> bool:
        self.chunked_body: bytes | None = None
        if not super().parse_request():
            return False
        if "Transfer-Encoding" in self.headers:
            return self._read_chunked_body()
        return True

    def _read_chunked_body(self) -> bool:
        """False, and a response, if there is no telling where the body ends and the next request begins."""
        codings = self.headers.get_all("Transfer-Encoding", [])
        if [coding.lower() for coding in codings] != ["chunked"] or "Content-Length" in self.headers:
            return self._refuse()
        try:
            self.chunked_body = read_chunked(self.rfile, MAX_CHUNKED_BODY)
        except MalformedChunksError:
            return self._refuse()
        # The rest of a body that is too long was not read.
        self.close_connection = self.close_connection or len(self.chunked_body) == MAX_CHUNKED_BODY
        return True

    def _refuse(self) -> bool:
        self.send_error(400)
        self.close_connection = True
        return False

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has in the base class.
        """Print nothing. The calls are at /control/calls."""


class Server(ThreadedWSGIServer):
    api_keys: list[str]
    request_queue_size = 128
    allow_reuse_port = False  # Otherwise a second sandbox on the same port would share it instead of failing.


def with_chunked_bodies(application: WSGIApplication) -> WSGIApplication:
    """The application, for which a body in chunks is as one of a declared length."""

    def wrapped(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        body = environ.pop("sandbox.chunked_body")
        if body is not None:
            environ |= {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        return application(environ, start_response)

    return wrapped


def drop_connection(request: HttpRequest) -> None:
    """Close the connection of this request before a response is written."""
    connection: socket.socket = request.META["sandbox.connection"]
    with contextlib.suppress(OSError):  # The client may have closed it.
        connection.shutdown(socket.SHUT_RDWR)


def create_server(port: int, api_keys: list[str]) -> Server:
    """A server bound to this port; 0 means any free one. Raises OSError if the port is taken."""
    server = Server((HOST, port), Handler)
    server.api_keys = api_keys
    server.set_app(with_chunked_bodies(get_wsgi_application()))
    return server
