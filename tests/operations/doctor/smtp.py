"""A mail server on a raw socket that says what a test has it say, and records the commands."""

import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Self

WELL = {"EHLO": "250-mail\r\n250 AUTH PLAIN", "AUTH": "235 welcome", "QUIT": "221 bye"}


class MailServer:
    """`answers` are by the first word of a command. An empty one closes the connection."""

    def __init__(self, answers: Mapping[str, str] = WELL) -> None:
        self.commands: list[str] = []
        self._answers = {**WELL, **answers}
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)

    def _serve(self) -> None:
        connection, _address = self._listener.accept()
        # The other side may close the connection at any time, or speak TLS.
        with (
            suppress(OSError),
            connection,
            connection.makefile("r", encoding="latin-1", newline="\n") as lines,
        ):
            connection.sendall(b"220 mail\r\n")
            for line in lines:
                word = line.partition(" ")[0].strip().upper()
                self.commands.append(word)
                if not (answer := self._answers.get(word, "502 what?")):
                    return
                connection.sendall(f"{answer}\r\n".encode())

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if not self.commands:
            socket.create_connection(
                ("127.0.0.1", self.port)
            ).close()  # So that the thread need not wait any more.
        self._thread.join()
        self._listener.close()
