"""Connections that keep an answer within a deadline and a size, and know whether a request ever left.

requests and urllib3 give up when one read takes too long, which an answer that comes drop by drop never
does; and from the errors they raise, one cannot tell for certain that nothing was sent. Both are known at
the socket.
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
    """The answer, with its head and framing, passed the cap."""


@dataclass
class Exchange:
    """One call's budget, and what became of it. Times are seconds, `deadline` on the monotonic clock."""

    deadline: float
    read_timeout: float
    allowance: int
    sent: bool = False

    def wait(self) -> float:
        """How long the socket may block now. Raises TimeoutError when the time is up."""
        remaining = self.deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError("The deadline has passed.")
        return min(self.read_timeout, remaining)

    def receive(self, count: int) -> None:
        self.allowance -= count
        if self.allowance < 0:
            raise TooLongError


# requests hands a connection nothing but a timeout, so the exchange travels beside it.
current_exchange: ContextVar[Exchange] = ContextVar("current_exchange")


class _GuardedReader(io.RawIOBase):
    """Reads a socket within an exchange's budget."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, exchange: Exchange) -> None:
        self._raw = raw
        self._sock = sock
        self._exchange = exchange

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        self._sock.settimeout(self._exchange.wait())
        count = self._raw.readinto(buffer)
        self._exchange.receive(count or 0)
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
        self.sock.settimeout(exchange.wait())
        exchange.sent = True
        super().send(data)


class _GuardedTLSConnection(_GuardedConnection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _GuardedConnection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _GuardedTLSConnection


class GuardedAdapter(HTTPAdapter):
    """Sends requests over such connections.

    To be used without a session: it is sessions that follow redirects, keep cookies and take proxies and
    passwords from the environment. All connections share one TLS context; requests would read the file of
    authorities anew for each of them, which costs ten times the handshake.
    """

    def __init__(self, context: ssl.SSLContext, pool_size: int) -> None:
        super().__init__()
        self.poolmanager = PoolManager(num_pools=1, maxsize=pool_size, ssl_context=context)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TLSPool}

    def cert_verify(self, conn: HTTPSConnectionPool, *_: object, **__: object) -> None:
        # The context has the authorities. A file named here would be loaded into it on every connection.
        conn.cert_reqs = "CERT_REQUIRED"


def _not_ours(_record: logging.LogRecord) -> bool:
    return current_exchange.get(None) is None


# urllib3 logs URLs, and ours hold consumers' addresses. Other users of urllib3 in this process keep their
# log lines.
for _name in ("urllib3.connection", "urllib3.connectionpool"):
    logging.getLogger(_name).addFilter(_not_ours)
