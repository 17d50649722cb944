"""A small API on raw sockets: healthy by default, and wrong in the ways that a test sets."""

import socket
import threading
from dataclasses import dataclass, field
from typing import Any

from tests.support.wire import Act, Request, Wire, envelope, reply

ALICE = "alice@canary.example"
AGENT = "agent@canary.example"
USERDATA = {"contract": "canary", "nested": {"a": "canary"}}


def message(number: int, **fields: object) -> dict[str, Any]:
    """A received message for an even number, and one of Alice's own for an odd one; the higher, the newer."""
    sender, recipient = (AGENT, ALICE) if number % 2 == 0 else (ALICE, AGENT)
    return {
        "id": f"m{number}",
        "subject": "canary",
        "from": {"address": sender, "personal": "Canary"},
        "to": [{"address": recipient}],
        "date": f"2025-11-{number:02}T08:00:00Z",
        "status": "unread" if number == 2 else "read",
        "text": "canary",
        **fields,
    }


@dataclass
class Api:
    """`messages` are Alice's, in the order of the list. `acts` answer for an operation in place of the API."""

    wire: Wire
    messages: list[dict[str, Any]] = field(default_factory=lambda: [message(n) for n in (4, 3, 2, 1)])
    acts: dict[str, Act] = field(default_factory=dict)
    headers: list[str] = field(default_factory=list)
    most: int = 1000  # Messages that it gives at once.
    counts: dict[str, int] = field(default_factory=dict)
    counts_for_made_up: int | None = None
    ignores_index: bool = False

    def __call__(self, sock: socket.socket, stopped: threading.Event, request: Request) -> bool:
        act = self.acts.get(_operation(request)) or self._answer(request)
        return act(sock, stopped, request)

    def change(self, **fields: object) -> None:
        """Set fields of all messages; None takes one away."""
        for each in self.messages:
            each.update(fields)
            for name in [name for name, value in fields.items() if value is None]:
                del each[name]

    def _answer(self, request: Request) -> Act:
        query = dict(request.query)
        if "address" in query and query["address"] != ALICE:
            if self.counts_for_made_up is None:
                return self._reply(envelope("FAILURE"), 404)
            return self._reply(envelope(data={"count": self.counts_for_made_up}))
        return {
            "count": lambda: self._reply(envelope(data={"count": self._count(query["status"])})),
            "list": lambda: self._reply(envelope(data=self._page(query))),
            "get": lambda: self._reply(envelope(secureMail=self._named(request.path.rpartition("/")[2]))),
            "userdata": lambda: self._reply(envelope(data=USERDATA)),
        }[_operation(request)]()

    def _reply(self, body: object, status: int = 200) -> Act:
        return reply(body, status, self.headers)

    def _count(self, status: str) -> int:
        return self.counts.get(status, len(self._with(status)))

    def _page(self, query: dict[str, str]) -> list[dict[str, Any]]:
        index = 0 if self.ignores_index else int(query["index"])
        return self._with(query["status"])[index : index + min(int(query["count"]), self.most)]

    def _with(self, status: str) -> list[dict[str, Any]]:
        return [each for each in self.messages if status in ("all", each.get("status", "read"))]

    def _named(self, name: str) -> dict[str, Any]:
        return next(each for each in self.messages if name in each.values())


def _operation(request: Request) -> str:
    path = request.path.removeprefix("/nexus/v3/securemail").strip("/")
    if path in ("", "count"):
        return path or "list"
    return "userdata" if path.endswith("/userdata") else "get"
