"""The HTTP server: one thread for each connection, kept alive, on the loop-back interface only."""

import contextlib
import socket
from typing import Any

from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest

HOST = "127.0.0.1"  # Never another: the control endpoints and the desk ask nobody for a password.
DEFAULT_API_KEY = "sandbox-key"


class Handler(WSGIRequestHandler):
    server: "Server"
    # Head and body go out in separate writes; without this each answer on a kept connection waits for an
    # acknowledgement, about 40 ms.
    disable_nagle_algorithm = True

    def get_environ(self) -> dict[str, Any]:
        """The request, and what WSGI does not pass on: the key, the connection, which headers really came."""
        header_names = sorted({name.lower() for name in self.headers})
        return super().get_environ() | {
            "sandbox.api_key": self.server.api_key,
            "sandbox.connection": self.connection,
            "sandbox.header_names": header_names,
        }

    def parse_request(self) -> bool:
        # This server cannot read chunks, and would take them for the next request.
        parsed = super().parse_request()
        if parsed and "Transfer-Encoding" in self.headers:
            self.send_error(411)
            self.close_connection = True
            return False
        return parsed

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has in the base class.
        """Be quiet: the call log is at /control/calls."""


class Server(ThreadedWSGIServer):
    api_key: str
    request_queue_size = 128
    allow_reuse_port = False  # A second sandbox on the same port must fail, not share it.


def drop_connection(request: HttpRequest) -> None:
    """Closes the connection of this request under the feet of whoever writes the answer."""
    connection: socket.socket = request.META["sandbox.connection"]
    with contextlib.suppress(OSError):  # The caller may have gone first.
        connection.shutdown(socket.SHUT_RDWR)


def serve_on(port: int, api_key: str) -> Server:
    """A server bound to the port, any free one for 0. Raises OSError where it is taken."""
    server = Server((HOST, port), Handler)
    server.api_key = api_key
    server.set_app(get_wsgi_application())
    return server
