"""The HTTP server: a thread for each connection, persistent connections, on the loopback interface only."""

import contextlib
import socket
from typing import Any

from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest

HOST = "127.0.0.1"  # Never another one: the control endpoints and the desk have no password.
DEFAULT_API_KEY = "sandbox-key"


class Handler(WSGIRequestHandler):
    server: "Server"
    # Headers and body are written separately. With Nagle's algorithm, each response on a persistent connection would
    # wait about 40 ms for an acknowledgement in between.
    disable_nagle_algorithm = True

    def get_environ(self) -> dict[str, Any]:
        """WSGI's environment, and what it lacks: the API key, the connection, the names of the headers received."""
        header_names = sorted({name.lower() for name in self.headers})
        return super().get_environ() | {
            "sandbox.api_key": self.server.api_key,
            "sandbox.connection": self.connection,
            "sandbox.header_names": header_names,
        }

    def parse_request(self) -> bool:
        # This server cannot read chunks, and would parse them as the next request.
        parsed = super().parse_request()
        if parsed and "Transfer-Encoding" in self.headers:
            self.send_error(411)
            self.close_connection = True
            return False
        return parsed

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has in the base class.
        """Print nothing. The calls are at /control/calls."""


class Server(ThreadedWSGIServer):
    api_key: str
    request_queue_size = 128
    allow_reuse_port = False  # Otherwise a second sandbox on the same port would share it instead of failing.


def drop_connection(request: HttpRequest) -> None:
    """Close the connection of this request before a response is written."""
    connection: socket.socket = request.META["sandbox.connection"]
    with contextlib.suppress(OSError):  # The client may have closed it.
        connection.shutdown(socket.SHUT_RDWR)


def create_server(port: int, api_key: str) -> Server:
    """A server bound to this port; 0 means any free one. Raises OSError if the port is taken."""
    server = Server((HOST, port), Handler)
    server.api_key = api_key
    server.set_app(get_wsgi_application())
    return server
