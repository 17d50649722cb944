"""Connections that keep a response within a deadline and a size, and record whether anything was sent.

The timeouts of requests and urllib3 are for a single read, so a response that arrives byte by byte may never end; and
their errors do not tell for certain that nothing was sent. Both can be known only at the socket.
"""

import http.client
import io
import logging
import re
import socket
import ssl
import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, ProxyManager
from urllib3.connection import HTTPConnection, HTTPSConnection

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed import ReadableBuffer, SupportsRead, WriteableBuffer

    _Sendable = SupportsRead[bytes] | Iterable[ReadableBuffer] | ReadableBuffer | str


class TooLongError(Exception):
    """The response, with its headers and framing, is longer than allowed."""


class TunnelError(OSError):
    """The proxy opened no tunnel, so that nothing was sent through it.

    `status` is the HTTP status with which it refused, if it did. The text is that, or the name of an error's class, and
    may be logged.
    """

    def __init__(self, error: Exception) -> None:
        # http.client has the status in the text alone.
        refusal = re.match(r"Tunnel connection failed: (\d{3})\b", str(error))
        self.status = int(refusal[1]) if refusal else None
        super().__init__(f"HTTP {self.status}" if self.status else type(error).__name__)


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
    def send(self, data: "_Sendable") -> None:
        try:
            super().send(data)
        except TimeoutError:
            raise
        except OSError:
            self._raise_alert()
            raise

    def _raise_alert(self) -> None:
        """Raise the alert with which the server closed the connection while we were sending, if there is one."""
        if isinstance(self.sock, ssl.SSLSocket):
            try:
                self.sock.recv(1)
            except ssl.SSLError as error:
                if "ALERT" in (error.reason or ""):
                    raise error from None
            except OSError:
                return

    def _tunnel(self) -> None:
        """Ask the proxy for a tunnel. Only what is sent through it counts as sent."""
        exchange = current_exchange.get()
        sent = exchange.sent
        try:
            super()._tunnel()
        except (OSError, http.client.HTTPException, TooLongError) as error:
            raise TunnelError(error) from None
        finally:
            exchange.sent = sent
        self.sock.settimeout(exchange.socket_timeout())  # For the TLS handshake.


class _GuardedTLSSocket(ssl.SSLSocket):
    """To the proxy. For TLS within TLS, urllib3 reads it several times for one read of its own."""

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        self.settimeout(current_exchange.get().socket_timeout())
        return super().recv(buflen, flags)


class _Pool(HTTPConnectionPool):
    ConnectionCls = _GuardedConnection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _GuardedTLSConnection


@dataclass(frozen=True)
class Proxy:
    """A proxy that opens a tunnel to a server. `headers` are for the proxy, and `context` for TLS with it."""

    url: str
    headers: dict[str, str] = field(repr=False)
    context: ssl.SSLContext

    def __post_init__(self) -> None:
        self.context.sslsocket_class = _GuardedTLSSocket


class GuardedAdapter(HTTPAdapter):
    """Sends requests over guarded connections, where `proxy` is given in tunnels through it: for https URLs only.

    Use it without a session: sessions follow redirects, keep cookies and take proxies and passwords from the
    environment. All connections share one TLS context. By default, requests loads the CA file again for each
    connection, which takes ten times as long as the handshake.
    """

    def __init__(self, context: ssl.SSLContext, pool_size: int, proxy: Proxy | None = None) -> None:
        super().__init__()
        self.poolmanager = (
            ProxyManager(
                proxy.url,
                num_pools=1,
                maxsize=pool_size,
                ssl_context=context,
                proxy_headers=proxy.headers,
                proxy_ssl_context=proxy.context,
            )
            if proxy
            else PoolManager(num_pools=1, maxsize=pool_size, ssl_context=context)
        )
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
