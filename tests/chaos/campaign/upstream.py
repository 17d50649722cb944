"""A Secure Email API on raw sockets that makes faults on purpose, and knows what it has stored."""

import contextlib
import random
import re
import socket
import threading
from collections import Counter
from types import TracebackType
from typing import Self

from tests.chaos.campaign.calls import Call
from tests.chaos.campaign.reading import READ_FAULTS, read
from tests.chaos.campaign.send_faults import SEND_FAULTS, accept
from tests.chaos.campaign.truth import Truth
from tests.chaos.campaign.verdict import Held
from tests.support.wire import Request

API_KEY = "campaign-key"
OUTAGE = "goes away"
SEND_SECONDS = 10.0  # How long a client may take to read a response.
NUMBER = re.compile(r"No\. (\d+)")


class Fate:
    """Chooses the fault of each call by the seed and the message, and not by the order of calls."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        kinds = [*SEND_FAULTS, OUTAGE]
        # A third of the first attempts has no fault.
        self._deck: list[str | None] = [*kinds, *[None] * (len(kinds) // 2)]
        random.Random(seed).shuffle(self._deck)  # noqa: S311  Not for secrets.

    def of_send(self, subject: str, attempt: int) -> str | None:
        """First attempts go through all kinds in turn, so that each kind occurs."""
        found = NUMBER.search(subject)
        if found and attempt == 0:
            return self._deck[int(found[1]) % len(self._deck)]
        chance = random.Random(f"{self._seed} {subject} {attempt}")  # noqa: S311  Not for secrets.
        return chance.choice(self._deck) if chance.random() < 0.4 else None

    def of_read(self, target: str, attempt: int) -> str | None:
        chance = random.Random(f"{self._seed} {target} {attempt}")  # noqa: S311  Not for secrets.
        return chance.choice(list(READ_FAULTS)) if chance.random() < 0.4 else None


class Upstream:
    """Makes faults until `heal` is called. `patience` is the client's deadline for a send, in seconds."""

    def __init__(self, seed: int, patience: float) -> None:
        self.truth = Truth()
        self.seen: Counter[str] = Counter()
        """How often each kind of fault occurred."""
        self._fate: Fate | None = Fate(seed)
        self._patience = patience
        self._attempts: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._idle: set[socket.socket] = set()
        # Keeps the port while the server is away. It never listens, so connections are refused meanwhile.
        self._anchor = socket.socket()
        self._anchor.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._anchor.bind(("127.0.0.1", 0))
        self._address = self._anchor.getsockname()
        self.url = f"http://127.0.0.1:{self._address[1]}/nexus/v3"
        self._listener = self._listen()

    @property
    def api_key(self) -> str:
        return API_KEY

    def held(self) -> list[Held]:
        return [Held(copy.subject, copy.text) for copy in self.truth.copies()]

    def taken_from_agents(self) -> int:
        return len(self.truth.taken_from_agents)

    def heal(self) -> None:
        """Make no faults from now on, and let lists show all messages."""
        self._fate = None
        self.truth.reveal()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._go_away()
        self._anchor.close()

    def _listen(self) -> socket.socket:
        listener = socket.create_server(self._address, backlog=128, reuse_port=True)
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        return listener

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return  # It was closed for an outage.
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                while (request := self._receive(connection)) and self._answer(connection, request):
                    pass
            except OSError:
                pass  # The client may close the connection at any time.

    def _receive(self, connection: socket.socket) -> Request | None:
        """The next request; None if the connection ends."""
        connection.settimeout(None)
        with self._lock:
            if self._listener.fileno() < 0:
                return None  # The outage began before this connection was idle.
            self._idle.add(connection)
        received = connection.recv(65_536)
        with self._lock:
            self._idle.discard(connection)
        connection.settimeout(SEND_SECONDS)
        while b"\r\n\r\n" not in received:
            if not (chunk := connection.recv(65_536)):
                return None
            received += chunk
        head, _, body = received.partition(b"\r\n\r\n")
        first, *lines = head.decode("ascii").split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        while len(body) < int(headers.get("Content-Length", 0)):
            if not (chunk := connection.recv(65_536)):
                return None
            body += chunk
        method, target, _ = first.split(" ")
        return Request(0, method, target, headers, body)

    def _answer(self, connection: socket.socket, request: Request) -> bool:
        call = Call(connection, request, self.truth, self._patience, self._stopped)
        if request.headers.get("x-api-key") != API_KEY:
            return call.refuse(401, "INVALID_CLIENT_TOKEN")
        kind = self._struck_by(request)
        if kind == OUTAGE:
            accept(call)
            self._be_away(call)
            return False
        if request.method == "POST":
            return SEND_FAULTS[kind](call) if kind else accept(call)
        return READ_FAULTS[kind](call) if kind else read(call)

    def _struck_by(self, request: Request) -> str | None:
        sends = request.method == "POST"
        what = request.json["data"]["subject"] if sends else request.target
        with self._lock:
            attempt = self._attempts[what]
            self._attempts[what] += 1
            fate = self._fate
            if fate is None:
                return None
            kind = fate.of_send(what, attempt) if sends else fate.of_read(what, attempt)
            if kind:
                self.seen[kind] += 1
            return kind

    def _be_away(self, call: Call) -> None:
        """Refuse connections for a moment, as a server does while it restarts."""
        if not self._go_away():
            return  # Another call has begun the outage.
        call.pause(self._patience / 2)
        with self._lock:
            if not self._stopped.is_set():
                self._listener = self._listen()

    def _go_away(self) -> bool:
        with self._lock:
            listener, idle = self._listener, list(self._idle)
            if listener.fileno() < 0:
                return False
            # close() does not wake the threads that wait on these sockets; shutdown() does.
            for sock in (listener, *idle):
                _shut(sock)
            listener.close()
            return True


def _shut(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):  # It may be closed already.
        sock.shutdown(socket.SHUT_RDWR)
