"""A mail server on this machine, over real sockets: it takes mails, or refuses them as it is told to."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_string
from email.message import Message
from typing import Any

import django


@dataclass
class MailServer:
    """`replies` has what it says to a command instead of "250 OK", as in {"RCPT": "550 5.1.1 no such user"}."""

    port: int
    replies: dict[str, str] = field(default_factory=dict)
    mails: list[Message] = field(default_factory=list)
    connections: int = 0
    pause: threading.Event = field(default_factory=threading.Event)  # Set: it answers. Cleared: it hangs.

    def environment(self) -> dict[str, str]:
        return {"EMAIL_URL": f"smtp://127.0.0.1:{self.port}"}

    def recipients(self) -> list[str]:
        return [str(mail["To"]) for mail in self.mails]


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    state: MailServer


class _Conversation(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        state = self.server.state
        state.connections += 1
        self._say("220 mail.example ready")
        while line := self.rfile.readline().decode():
            state.pause.wait()
            command = line.split()[0].upper() if line.split() else ""
            reply = state.replies.get(command, "354 go on" if command == "DATA" else "250 OK")
            self._say(reply)
            if command == "DATA" and reply.startswith("354"):
                self._take()
            if command == "QUIT":
                return

    def _take(self) -> None:
        lines = iter(lambda: self.rfile.readline().decode(), ".\r\n")
        mail = message_from_string("".join(lines))
        reply = self.server.state.replies.get("END", "250 taken")
        if reply.startswith("250"):
            self.server.state.mails.append(mail)
        self._say(reply)

    def _say(self, reply: str) -> None:
        self.wfile.write(f"{reply}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[MailServer]:
    with _Server(("127.0.0.1", 0), _Conversation) as server:
        server.state = MailServer(server.server_address[1])
        server.state.pause.set()
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server.state
        server.state.pause.set()
        server.shutdown()


def use_mail_server(settings: Any, port: int, *, user: str = "", password: str = "") -> None:
    """Have the portal's settings name this server, as EMAIL_URL would."""
    backend = "django.core.mail.backends.smtp.EmailBackend"
    if django.VERSION >= (6, 1):
        options = {
            "host": "127.0.0.1",
            "port": port,
            "username": user,
            "password": password,
            "timeout": 10,
        }
        settings.MAILERS = {"default": {"BACKEND": backend, "OPTIONS": options}}
        return
    settings.EMAIL_BACKEND = backend
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = user, password
    settings.EMAIL_TIMEOUT = 10
