"""People who write and read at the same time, and what they are answered."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException

from tests.cluster.cluster import Cluster
from tests.cluster.visitor import Visitor
from tests.support.patience import await_true


@dataclass(frozen=True)
class Request:
    """Times on the monotonic clock. `status` is 0 if there was no answer."""

    subject: str  # Of a message that was sent; otherwise empty.
    began: float
    ended: float
    status: int

    @property
    def is_answered(self) -> bool:
        return self.status in (200, 302)


def queue(cluster: Cluster, messages: int) -> list[str]:
    """Messages that wait, since the API refuses them while they are written. Returns their subjects."""
    cluster.sandbox.fault("status", operation="send", status=429)
    subjects = [f"Waiting {number} of {messages}" for number in range(messages)]
    for number, subject in enumerate(subjects):
        # None of those in `load`: after a refusal, a writer's next messages wait as well.
        writer = 6 + number % 2
        assert cluster.visitor(writer).send(f"/inbox/a{writer}/compose/", subject).status == 302
    cluster.sandbox.heal()
    return subjects


@dataclass
class Load:
    """Each person opens an inbox, asks for the badges and sends a message, again and again."""

    cluster: Cluster
    numbers: range
    requests: list[Request] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def after(self, number: int) -> None:
        """Wait until there have been so many requests from now on."""
        until = len(self.requests) + number
        assert await_true(lambda: len(self.requests) >= until)

    def failed(self) -> list[Request]:
        return [request for request in self.requests if not request.is_answered]

    def _live(self, number: int) -> None:
        visitor, turn = self.cluster.visitor(number), 0
        while not self._over.is_set():
            turn += 1
            self._take_turn(visitor, number, f"{id(self)}: message {turn} of {number}")

    def _take_turn(self, visitor: Visitor, number: int, subject: str) -> None:
        inbox, form = f"/inbox/a{number}/", dict[str, str]()
        self._ask("", lambda: visitor.get(inbox).status)
        self._ask("", lambda: visitor.get("/unread.json").status)
        self._ask("", lambda: self._open_form(visitor, inbox, form))
        if form:
            self._ask(subject, lambda: visitor.send(f"{inbox}compose/", subject, form).status)

    def _open_form(self, visitor: Visitor, inbox: str, form: dict[str, str]) -> int:
        page = visitor.get(f"{inbox}compose/")
        if page.status == 200:
            form |= page.hidden_fields
        return page.status

    def _ask(self, subject: str, ask: Callable[[], int]) -> None:
        began = time.monotonic()
        try:
            status = ask()
        except (OSError, HTTPException):
            status = 0
        self.requests.append(Request(subject, began, time.monotonic(), status))


@contextmanager
def load(cluster: Cluster, people: range) -> Iterator[Load]:
    loaded = Load(cluster, people)
    with ThreadPoolExecutor(len(people)) as threads:
        living = [threads.submit(loaded._live, number) for number in people]
        try:
            yield loaded
        finally:
            loaded._over.set()
    for each in living:
        each.result()
