"""An upstream in trouble that repeats everything it was told, the key included, in each way it can fail."""

import json
import socket
import threading
from collections.abc import Callable
from urllib.parse import quote

from tests.chaos.canaries.words import LETTER
from tests.support.wire import Act, Request, envelope, raw, reply


def _told(request: Request) -> str:
    headers = " ".join(f"{name}={value}" for name, value in request.headers.items())
    return f"{request.target} {headers} {request.body.decode()} {json.dumps(LETTER)}"


def _echo(answer: Callable[[str], Act]) -> Act:
    def act(sock: socket.socket, stopped: threading.Event, request: Request) -> bool:
        return answer(_told(request))(sock, stopped, request)

    return act


def _refusal(told: str) -> dict[str, object]:
    return {**envelope(), "status": {"code": "FAILURE", "message": told, "detail": told}}


def _odd(told: str) -> dict[str, object]:
    entry = {"id": told, "subject": [told], "from": {"address": told}, "date": told, "status": told}
    return envelope(data=[entry, told], secureMail=told, secureMailId=told)


ECHOES: dict[str, Act] = {
    "a refusal": _echo(lambda told: reply(_refusal(told), 400)),
    "a failure": _echo(lambda told: reply(_refusal(told))),
    "a code": _echo(lambda told: reply(envelope(told))),
    "an error page": _echo(lambda told: reply(f"<h1>{told}</h1>".encode(), 500)),
    "broken JSON": _echo(lambda told: reply(f'{{"data": "{told}'.encode())),
    "odd values": _echo(lambda told: reply(_odd(told))),
    "a redirect": _echo(lambda told: reply({}, 302, [f"Location: http://127.0.0.1:9/?{quote(told)}"])),
    "a header": _echo(lambda told: raw(f"HTTP/1.1 200 OK\r\n{told}\r\n\r\n{{}}".encode())),
    "a status line": _echo(lambda told: raw(f"HTTP/1.1 {told}\r\n\r\n".encode())),
    "no HTTP": _echo(lambda told: raw(f"{told}\r\n\r\n".encode())),
}
