"""Fetches one page as a stranger's browser would: no cookies, no proxy from the environment, limits on time and size.

Uses `http.client` over a connection that is opened here, so that the IP address that was checked is the one that is
connected to. A library that resolves the name again could be led to another address (DNS rebinding).
"""

import io
import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPException, HTTPResponse
from typing import Any, Final, cast
from urllib.parse import urljoin

from django.conf import settings

from portal.embed.doctor import addresses
from portal.embed.doctor.addresses import Address, AddressRefused

_DEADLINE: Final = 10.0  # Seconds for the whole fetch, redirects included.
_PORTAL_DEADLINE: Final = 3.0  # Seconds, for a page of the portal.
_CONNECT_TIMEOUT: Final = 3.0  # Seconds, for each address of a name, and again for TLS.
_MAX_BYTES: Final = 1024 * 1024
_MAX_REDIRECTS: Final = 3
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_HEADERS: Final = (
    "User-Agent: Mozilla/5.0 (compatible; securebox-portal)\r\n"
    "Accept: text/html, */*;q=0.5\r\n"
    "Accept-Encoding: identity\r\n"
    "Connection: close\r\n\r\n"
)
# getaddrinfo has no timeout, so it runs in a thread, which the caller waits for until the deadline.
_resolvers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="resolver")


class FetchError(Exception):
    """No response. The message tells operators why, and quotes nothing that the server sent."""


@dataclass(frozen=True)
class Response:
    """`address` is the last one, after redirects. `text` is the first megabyte of the body if `is_cut`.

    The body is decoded as UTF-8 in any case: the checks search for ASCII, which nearly all of the web's
    encodings share.
    """

    address: Address
    status: int
    headers: Message
    text: str
    is_cut: bool

    def header(self, name: str) -> str:
        """The header's value; several headers with this name are joined with commas."""
        return ", ".join(str(value) for value in self.headers.get_all(name, []))


def fetch(address: Address) -> Response:
    """GET this address and follow its redirects. Raises FetchError."""
    deadline = time.monotonic() + _DEADLINE
    for _ in range(_MAX_REDIRECTS + 1):
        response = _get(address, deadline)
        if response.status not in _REDIRECTS or "Location" not in response.headers:
            return response
        address = _redirect_target(response)
    raise FetchError(f"it redirects more than {_MAX_REDIRECTS} times")


def fetch_from_portal(path: str) -> Response:
    """GET this path of the portal at its public URL, as a browser would. Raises FetchError.

    The portal may be at any address, a private one too, so redirects are not followed: one could lead to another
    machine of the private network.
    """
    try:
        address = addresses.parse(f"{settings.PORTAL_URL}{path}", is_ours=True)
    except AddressRefused:
        raise FetchError("its address is neither https nor this machine's") from None
    return _get(address, time.monotonic() + _PORTAL_DEADLINE, is_ours=True)


def _redirect_target(response: Response) -> Address:
    try:
        return addresses.parse(urljoin(response.address.url, str(response.headers["Location"])))
    except (AddressRefused, ValueError):
        raise FetchError("it redirects to an address that is not asked, such as one without https") from None


def _get(address: Address, deadline: float, *, is_ours: bool = False) -> Response:
    try:
        with _connect(address, deadline, is_ours=is_ours) as connection:
            connection.settimeout(_remaining(deadline))
            connection.sendall(_request(address))
            return _read(address, _DeadlineReader(connection, deadline))
    except TimeoutError:
        raise FetchError("it does not answer in full within the time that it is given") from None
    except ssl.SSLCertVerificationError:
        raise FetchError("its certificate is not one that browsers trust for this name") from None
    except (OSError, HTTPException, ValueError):
        raise FetchError("the connection breaks, or what answers there is no web server") from None


def _request(address: Address) -> bytes:
    host = address.origin.partition("://")[2]
    return f"GET {address.target} HTTP/1.1\r\nHost: {host}\r\n{_HEADERS}".encode("ascii")


def _read(address: Address, connection: "_DeadlineReader") -> Response:
    with HTTPResponse(cast(socket.socket, connection), method="GET") as response:
        response.begin()
        body = response.read(_MAX_BYTES + 1)
        text = body[:_MAX_BYTES].decode("utf-8", errors="replace")
        return Response(address, response.status, response.headers, text, len(body) > _MAX_BYTES)


def _connect(address: Address, deadline: float, *, is_ours: bool) -> socket.socket:
    for ip in _resolve(address, deadline, is_ours=is_ours):
        try:
            plain = socket.create_connection((ip, address.port), min(_CONNECT_TIMEOUT, _remaining(deadline)))
        except OSError:
            continue
        if not address.is_encrypted:
            return plain
        return ssl.create_default_context().wrap_socket(plain, server_hostname=address.host)
    raise FetchError("nothing takes a connection there")


def _resolve(address: Address, deadline: float, *, is_ours: bool) -> list[str]:
    """All IP addresses of the name. If one of them must not be connected to, the name is refused."""
    lookup = _resolvers.submit(socket.getaddrinfo, address.host, address.port, type=socket.SOCK_STREAM)
    try:
        found = [str(entry[4][0]) for entry in lookup.result(_remaining(deadline))]
    except (socket.gaierror, UnicodeError):
        raise FetchError("its name is not known") from None
    if not is_ours and not all(map(addresses.may_connect, found)):
        raise FetchError("its name leads to an address that is not public")
    return list(dict.fromkeys(found))


def _remaining(deadline: float) -> float:
    """Seconds until the deadline. Raises TimeoutError once it has passed."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


class _DeadlineReader(io.RawIOBase):
    """Reads from a socket until the deadline. The socket's own timeout restarts with each byte, so that a server that
    sends a byte now and then would never time out.
    """

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self._connection = connection
        self._deadline = deadline

    def makefile(self, _mode: str) -> io.BufferedReader:
        """The only method of a socket that HTTPResponse calls."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(_remaining(self._deadline))
        return self._connection.recv_into(buffer)
