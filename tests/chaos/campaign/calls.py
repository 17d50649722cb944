"""A request that the campaign's upstream has received, and the ways to answer it."""

import json
import socket
import struct
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.chaos.campaign.truth import Copy, Truth
from tests.support.wire import Request

RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Call:
    """`patience` is the number of seconds that the client waits for the response to a send.

    The methods that answer return whether the connection can be used again.
    """

    sock: socket.socket
    request: Request
    truth: Truth
    patience: float
    stopped: threading.Event

    @property
    def query(self) -> dict[str, str]:
        return dict(self.request.query)

    @property
    def operation_id(self) -> str:
        return str(self.request.json["operationId"])

    def store(self, *, hidden_for: float = 0) -> Copy:
        data = self.request.json["data"]
        box = self.query.get("securebox", "")
        return self.truth.keep(data, self.operation_id, box, hidden_for=hidden_for)

    def receipt(self, copy: Copy) -> dict[str, Any]:
        """The response to a send without a fault."""
        where = f"/nexus/v3/securemail/{copy.id}"
        return envelope(operationId=copy.operation_id, secureMailId=copy.id, selfUri=where)

    def answer(self, payload: Mapping[str, Any], status: int = 200) -> bool:
        self.send(whole(json.dumps(payload).encode(), status))
        return True

    def refuse(self, status: int, code: str = "INVALID_PARAMETER") -> bool:
        return self.answer(envelope(code, "This was refused."), status)

    def page(self, status: int = 200) -> bool:
        html = b"<!doctype html><title>Maintenance</title><p>We will be back soon."
        self.send(whole(html, status, "Content-Type: text/html"))
        return True

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def drip(self, data: bytes) -> bool:
        """Send one byte at a time, so slowly that the client gives up before the end."""
        for byte in data:
            self.send(bytes([byte]))
            self.pause(self.patience / 10)
        return False

    def pause(self, seconds: float) -> None:
        self.stopped.wait(seconds)

    def hang_up(self) -> bool:
        return False

    def reset(self) -> bool:
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        return False


def envelope(code: str = "SUCCESS", message: str = "OK", **fields: Any) -> dict[str, Any]:
    """The envelope of every response of the API."""
    status = {"code": code, "message": message, "detail": ""}
    return {"referenceId": str(uuid4()), "status": status, **fields}


def head(length: int, status: int = 200, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {length}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def whole(body: bytes, status: int = 200, *headers: str) -> bytes:
    return head(len(body), status, *headers) + body
