"""Fetches one page as a stranger would: without cookies, without the environment's proxies, within bounds.

By `http.client`, over a connection of our own: a library that looks names up by itself could be led elsewhere
between the look at an address and the connection to it. Here both are of the same address.
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
from portal.embed.doctor.addresses import Address, Refused

_DEADLINE: Final = 10.0  # Seconds for all of it, redirects included.
_OWN_DEADLINE: Final = 3.0
_CONNECTING: Final = 3.0  # Seconds for each address of a name, and again for TLS.
_MOST_BYTES: Final = 1024 * 1024
_MOST_REDIRECTS: Final = 3
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_HEADERS: Final = (
    "User-Agent: Mozilla/5.0 (compatible; securebox-portal)\r\n"
    "Accept: text/html, */*;q=0.5\r\n"
    "Accept-Encoding: identity\r\n"
    "Connection: close\r\n\r\n"
)
# Looking a name up takes no deadline, so it is waited for from outside.
_resolvers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="resolver")


class NotFetched(Exception):
    """There is no answer. The text says why, for operators, and holds nothing of what was answered."""


@dataclass(frozen=True)
class Answer:
    """`address` is where it came from in the end. `text` holds the first of it where `is_cut`.

    It is read as UTF-8: what is looked for in it is ASCII, which nearly all encodings of the web share.
    """

    address: Address
    status: int
    headers: Message
    text: str
    is_cut: bool

    def header(self, name: str) -> str:
        """Of several with this name, all of them, as a list that commas part."""
        return ", ".join(str(value) for value in self.headers.get_all(name, []))


def fetch(address: Address) -> Answer:
    """What a GET of this address leads to. Raises NotFetched."""
    deadline = time.monotonic() + _DEADLINE
    for _ in range(_MOST_REDIRECTS + 1):
        answer = _get(address, deadline)
        if answer.status not in _REDIRECTS or "Location" not in answer.headers:
            return answer
        address = _next(answer)
    raise NotFetched(f"it redirects more than {_MOST_REDIRECTS} times")


def fetch_own(path: str) -> Answer:
    """What the portal answers at this path, as it arrives from outside. Raises NotFetched.

    It may be anywhere, so a redirect is not followed: it might lead to where nobody may ask.
    """
    try:
        address = addresses.read(f"{settings.PORTAL_URL}{path}", is_ours=True)
    except Refused:
        raise NotFetched("its address is neither https nor this machine's") from None
    return _get(address, time.monotonic() + _OWN_DEADLINE, is_ours=True)


def _next(answer: Answer) -> Address:
    try:
        return addresses.read(urljoin(answer.address.url, str(answer.headers["Location"])))
    except (Refused, ValueError):
        raise NotFetched("it redirects to an address that is not asked, such as one without https") from None


def _get(address: Address, deadline: float, *, is_ours: bool = False) -> Answer:
    try:
        with _connect(address, deadline, is_ours=is_ours) as connection:
            connection.settimeout(_left(deadline))
            connection.sendall(_request(address))
            return _read(address, _Timed(connection, deadline))
    except TimeoutError:
        raise NotFetched("it does not answer in full within the time that it is given") from None
    except ssl.SSLCertVerificationError:
        raise NotFetched("its certificate is not one that browsers trust for this name") from None
    except (OSError, HTTPException, ValueError):
        raise NotFetched("the connection breaks, or what answers there is no web server") from None


def _request(address: Address) -> bytes:
    host = address.origin.partition("://")[2]
    return f"GET {address.target} HTTP/1.1\r\nHost: {host}\r\n{_HEADERS}".encode("ascii")


def _read(address: Address, connection: "_Timed") -> Answer:
    with HTTPResponse(cast(socket.socket, connection), method="GET") as response:
        response.begin()
        body = response.read(_MOST_BYTES + 1)
        text = body[:_MOST_BYTES].decode("utf-8", errors="replace")
        return Answer(address, response.status, response.headers, text, len(body) > _MOST_BYTES)


def _connect(address: Address, deadline: float, *, is_ours: bool) -> socket.socket:
    for ip in _look_up(address, deadline, is_ours=is_ours):
        try:
            plain = socket.create_connection((ip, address.port), min(_CONNECTING, _left(deadline)))
        except OSError:
            continue
        if not address.is_encrypted:
            return plain
        return ssl.create_default_context().wrap_socket(plain, server_hostname=address.host)
    raise NotFetched("nothing takes a connection there")


def _look_up(address: Address, deadline: float, *, is_ours: bool) -> list[str]:
    """All addresses of the name. One that must not be asked speaks against the others."""
    looking = _resolvers.submit(socket.getaddrinfo, address.host, address.port, type=socket.SOCK_STREAM)
    try:
        found = [str(entry[4][0]) for entry in looking.result(_left(deadline))]
    except (socket.gaierror, UnicodeError):
        raise NotFetched("its name is not known") from None
    if not is_ours and not all(map(addresses.may_connect, found)):
        raise NotFetched("its name leads to an address that is not public")
    return list(dict.fromkeys(found))


def _left(deadline: float) -> float:
    """Seconds. Raises TimeoutError where there are none."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Timed(io.RawIOBase):
    """Reads until the deadline. A socket's own timeout would begin anew with each byte that drips in."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self._connection = connection
        self._deadline = deadline

    def makefile(self, _mode: str) -> io.BufferedReader:
        """For HTTPResponse, which asks its socket for nothing else."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(_left(self._deadline))
        return self._connection.recv_into(buffer)
