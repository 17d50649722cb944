"""Where the audit stream goes: standard error, a file, or a syslog server. One JSON text a line.

Each sink is used by one thread. `write` raises OSError, and may be called again with the same line.
"""

import os
import select
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import SplitResult, urlsplit

# RFC 5424: facility 13 (log audit), severity 5 (notice).
_PRIORITY: Final = 13 * 8 + 5
_APP_NAME: Final = "securebox-portal"
_SECONDS: Final = 5.0  # To connect to a syslog server, or to send it a line.


class Sink(Protocol):
    def write(self, line: str) -> None: ...
    def close(self) -> None: ...


def make(target: str) -> Sink:
    """The sink that PORTAL_AUDIT_STREAM names. Nothing is opened yet. Raises ValueError, which says what is wrong."""
    if target == "stderr":
        return StandardError()
    if target.startswith("/"):
        return File(Path(target))
    parts = urlsplit(target)
    kinds: dict[str, type[UdpSyslog | TcpSyslog]] = {"syslog": UdpSyslog, "syslog+tcp": TcpSyslog}
    if parts.scheme not in kinds or not _is_server(parts):
        raise ValueError("it is none of stderr, /a/path, syslog://host:port and syslog+tcp://host:port")
    return kinds[parts.scheme](str(parts.hostname), int(parts.port or 0))


def _is_server(parts: SplitResult) -> bool:
    try:
        return bool(parts.hostname and parts.port) and not (parts.path or parts.query or parts.username)
    except ValueError:  # The port is no number, or too large.
        return False


def check_target(target: str) -> None:
    """Raises ValueError if `make` does, and OSError if the file cannot be written."""
    sink = make(target)
    if isinstance(sink, File):
        sink.check()


class StandardError:
    def write(self, line: str) -> None:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()

    def close(self) -> None:
        """Nothing: others still write there."""


class File:
    """Created for its owner alone. Lines of several processes do not mix, and a rotated file is left for a new one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None
        self._broke_off = False  # In the middle of a line, as the disk was full.

    def write(self, line: str) -> None:
        remaining = ("\n" * self._broke_off + line + "\n").encode()
        while remaining:
            remaining = remaining[os.write(self._opened(), remaining) :]
            self._broke_off = bool(remaining)

    def check(self) -> None:
        """Raises OSError if it cannot be written. Creates nothing, and waits for no reader of a named pipe."""
        place = self.path if self.path.exists() else self.path.parent
        if self.path.is_dir() or not os.access(place, os.W_OK):
            raise PermissionError(f"{self.path} cannot be written")

    def _opened(self) -> int:
        if self._descriptor is not None and not self._is_current(self._descriptor):
            self.close()
        if self._descriptor is None:
            self._descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        return self._descriptor

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _is_current(self, descriptor: int) -> bool:
        try:
            return os.path.samestat(os.fstat(descriptor), self.path.stat())
        except FileNotFoundError:
            return False


class UdpSyslog:
    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self._socket: socket.socket | None = None

    def write(self, line: str) -> None:
        try:
            self._connected().sendall(self._frame(line))
        except OSError:
            self.close()
            raise

    def _frame(self, line: str) -> bytes:
        return _syslog(line)

    def _connected(self) -> socket.socket:
        """It connects again after each failure, so that a server may move."""
        if self._socket is None:
            self._socket = self._connect()
        return self._socket

    def _connect(self) -> socket.socket:
        family, kind, protocol, _name, address = socket.getaddrinfo(*self._address, type=socket.SOCK_DGRAM)[0]
        found = socket.socket(family, kind, protocol)
        found.connect(address)
        return found

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


class TcpSyslog(UdpSyslog):
    """One message a line, as syslog servers take it (RFC 6587, non-transparent framing)."""

    def _frame(self, line: str) -> bytes:
        return _syslog(line) + b"\n"

    def _connected(self) -> socket.socket:
        # A server that was restarted has closed its end: the first line sent there would be lost without an error.
        if self._socket is not None and select.select([self._socket], [], [], 0)[0]:
            self.close()
        return super()._connected()

    def _connect(self) -> socket.socket:
        return socket.create_connection(self._address, _SECONDS)


def _syslog(line: str) -> bytes:
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    head = f"<{_PRIORITY}>1 {now} {socket.gethostname() or '-'} {_APP_NAME} {os.getpid()} audit - "
    return (head + line).encode()
