"""An HTTP server on raw sockets. It records each request byte by byte, and sends the bytes that a test prepares."""

import json
import select
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

SEND_SECONDS = 10.0  # A slow client still gets the whole response. Also for the handshake of TLS.


@dataclass(frozen=True)
class Request:
    connection: int
    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.target).query, keep_blank_values=True, strict_parsing=True)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Act = Callable[[socket.socket, threading.Event, Request], bool]
"""What to do on a connection after a request, until the event is set. Returns whether to keep the connection open."""


class Wire:
    """Listens on loopback. Each request gets the next act of the script; the last act is repeated."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.requests: list[Request] = []
        self.connections = self.closed = 0
        self._context = context
        self._script: list[Act] = [reply({})]
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"{'https' if context else 'http'}://127.0.0.1:{self.port}/nexus/v3"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def script(self, *acts: Act) -> None:
        self._script = list(acts)

    @property
    def request(self) -> Request:
        (request,) = self.requests
        return request

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        # A thread blocked in accept() does not notice that its socket was closed; one more connection wakes it.
        socket.create_connection(("127.0.0.1", self.port)).close()
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._stopped.is_set():
                connection.close()
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(connection, self.connections))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        connection.settimeout(SEND_SECONDS)  # For the handshake, which a client need not begin.
        # Reset, broken pipe, refused handshake: the client may close the connection at any time.
        try:
            with (
                self._context.wrap_socket(connection, server_side=True)
                if self._context
                else connection as sock
            ):
                while request := self._receive(sock, number):
                    sock.settimeout(SEND_SECONDS)
                    if not self._next(request)(sock, self._stopped, request):
                        break
        except OSError:
            connection.close()
        self.closed += 1

    def _next(self, request: Request) -> Act:
        with self._lock:
            self.requests.append(request)
            return self._script.pop(0) if len(self._script) > 1 else self._script[0]

    def _receive(self, sock: socket.socket, number: int) -> Request | None:
        received = b""
        sock.settimeout(0.05)  # So that the thread notices a stop.
        while b"\r\n\r\n" not in received:
            if not (chunk := self._read(sock)):
                return None
            received += chunk
        head, _, body = received.partition(b"\r\n\r\n")
        first, *lines = head.decode("ascii").split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        while len(body) < int(headers.get("Content-Length", 0)):
            if not (chunk := self._read(sock)):
                return None
            body += chunk
        method, target, _ = first.split(" ")
        return Request(number, method, target, headers, body)

    def _read(self, sock: socket.socket) -> bytes:
        while not self._stopped.is_set():
            try:
                return sock.recv(65_536)
            except TimeoutError:
                continue
        return b""


def envelope(code: str = "SUCCESS", **fields: object) -> dict[str, object]:
    """The envelope of every documented response."""
    status = {"code": code, "message": "", "detail": ""}
    return {"referenceId": "4f1c", "operationId": "op-1", "status": status, **fields}


def reply(body: object, status: int = 200, headers: Iterable[str] = (), *, keep: bool = True) -> Act:
    """A well-formed response with this JSON, or with exactly these bytes."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(content)}", *headers]
    answer = "\r\n".join(lines).encode() + b"\r\n\r\n" + content

    def act(sock: socket.socket, _stopped: threading.Event, _request: Request) -> bool:
        sock.sendall(answer)
        return keep

    return act


def raw(*pieces: bytes, pause: float = 0.0) -> Act:
    """Send these bytes with pauses of this many seconds between them, and close the connection."""

    def act(sock: socket.socket, stopped: threading.Event, _request: Request) -> bool:
        for piece in pieces:
            sock.sendall(piece)
            if pause:
                stopped.wait(pause)
        return False

    return act


def drip(start: bytes, drop: bytes) -> Act:
    """Send `start`, then `drop` again and again until the client closes the connection."""

    def act(sock: socket.socket, stopped: threading.Event, _request: Request) -> bool:
        sock.sendall(start)
        while not stopped.wait(0.05):
            sock.sendall(drop)
        return False

    return act


def hang(_sock: socket.socket, stopped: threading.Event, _request: Request) -> bool:
    stopped.wait()
    return False


def hang_up(_sock: socket.socket, _stopped: threading.Event, _request: Request) -> bool:
    return False


def tunnel(sock: socket.socket, stopped: threading.Event, request: Request) -> bool:
    """As a proxy: connect to what the client names, and pass everything on until one of them closes."""
    return slow_tunnel(0)(sock, stopped, request)


def slow_tunnel(pause: float) -> Act:
    """A tunnel that passes on a byte at a time to the client, with pauses of this many seconds, if there are any."""

    def act(sock: socket.socket, stopped: threading.Event, request: Request) -> bool:
        host, _, port = request.target.rpartition(":")
        with socket.create_connection((host.strip("[]"), int(port))) as api:
            sock.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            while not stopped.is_set():
                for end in select.select([sock, api], [], [], 0.05)[0]:
                    if not (data := end.recv(65_536)):
                        return False
                    if end is sock:
                        api.sendall(data)
                    elif pause:
                        _drop(sock, stopped, data, pause)
                    else:
                        sock.sendall(data)
        return False

    return act


def _drop(sock: socket.socket, stopped: threading.Event, data: bytes, pause: float) -> None:
    for byte in data:
        sock.sendall(bytes([byte]))
        if stopped.wait(pause):
            return
