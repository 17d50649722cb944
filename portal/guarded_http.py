"""Connections that keep a response within a deadline and a size, and record whether anything was sent.

The timeouts of requests and urllib3 are for a single read, so a response that arrives byte by byte may never end; and
their errors do not tell for certain that nothing was sent. Both can be known only at the socket.
"""

import http.client
import io
import logging
import socket
import ssl
import time
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed import ReadableBuffer, SupportsRead, WriteableBuffer

    _Sendable = SupportsRead[bytes] | Iterable[ReadableBuffer] | ReadableBuffer | str


class TooLongError(Exception):
    """The response, with its headers and framing, is longer than allowed."""


@dataclass
class Exchange:
    """The limits of one call, and whether anything of it was sent.

    `deadline` is in seconds on the monotonic clock, `read_timeout` in seconds for a single read. `bytes_left` is how
    much more may be received.
    """

    deadline: float
    read_timeout: float
    bytes_left: int
    sent: bool = False

    def socket_timeout(self) -> float:
        """Seconds that the socket may block now. Raises TimeoutError after the deadline."""
        remaining = self.deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError("The deadline has passed.")
        return min(self.read_timeout, remaining)

    def count_received(self, count: int) -> None:
        self.bytes_left -= count
        if self.bytes_left < 0:
            raise TooLongError


# requests passes nothing but a timeout to a connection, so the exchange reaches it through a context variable.
current_exchange: ContextVar[Exchange] = ContextVar("current_exchange")


class _GuardedReader(io.RawIOBase):
    """Reads a socket within the limits of an exchange."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, exchange: Exchange) -> None:
        self._raw = raw
        self._sock = sock
        self._exchange = exchange

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        self._sock.settimeout(self._exchange.socket_timeout())
        count = self._raw.readinto(buffer)
        self._exchange.count_received(count or 0)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _GuardedResponse(http.client.HTTPResponse):
    def __init__(
        self, sock: socket.socket, debuglevel: int = 0, method: str | None = None, url: str | None = None
    ) -> None:
        super().__init__(sock, debuglevel, method, url)
        self.fp = io.BufferedReader(_GuardedReader(self.fp.detach(), sock, current_exchange.get()))


class _GuardedConnection(HTTPConnection):
    response_class = _GuardedResponse

    def send(self, data: "_Sendable") -> None:
        if self.sock is None:
            self.connect()
        exchange = current_exchange.get()
        self.sock.settimeout(exchange.socket_timeout())
        exchange.sent = True
        super().send(data)


class _GuardedTLSConnection(_GuardedConnection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _GuardedConnection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _GuardedTLSConnection


class GuardedAdapter(HTTPAdapter):
    """Sends requests over guarded connections.

    Use it without a session: sessions follow redirects, keep cookies and take proxies and passwords from the
    environment. All connections share one TLS context. By default, requests loads the CA file again for each
    connection, which takes ten times as long as the handshake.
    """

    def __init__(self, context: ssl.SSLContext, pool_size: int) -> None:
        super().__init__()
        self.poolmanager = PoolManager(num_pools=1, maxsize=pool_size, ssl_context=context)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TLSPool}

    def cert_verify(self, conn: HTTPSConnectionPool, *_: object, **__: object) -> None:
        # The context has loaded the CA file. A file set here would be loaded into it again on every connection.
        conn.cert_reqs = "CERT_REQUIRED"


def _is_from_elsewhere(_record: logging.LogRecord) -> bool:
    return current_exchange.get(None) is None


# urllib3 logs URLs, and those of the Secure Email API hold consumers' addresses. Other users of urllib3 in this process
# keep their log lines.
for _name in ("urllib3.connection", "urllib3.connectionpool"):
    logging.getLogger(_name).addFilter(_is_from_elsewhere)
