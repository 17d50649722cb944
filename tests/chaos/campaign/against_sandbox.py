"""The sandbox as the upstream of a campaign. Its faults are switched on and off while the campaign runs."""

import random
import threading
from collections import Counter
from types import TracebackType
from typing import Any, Self

from tests.chaos.campaign.time_scale import SEND_DEADLINE, scaled
from tests.chaos.campaign.verdict import Held
from tests.support.sandbox import Sandbox, start_sandbox

# The sandbox's kinds of fault, with their parameters.
KINDS: list[tuple[str, dict[str, Any]]] = [
    ("status", {"status": 500}),
    ("status", {"status": 503}),
    ("status", {"status": 429}),
    ("status", {"status": 400, "code": "INVALID_PARAMETER"}),
    ("status", {"status": 409}),
    ("failure", {}),
    ("delay", {"seconds": SEND_DEADLINE * 2}),
    ("hang", {}),
    ("close", {}),
    ("store_then_error", {}),
    ("store_then_close", {}),
    ("garbage", {}),
    ("html", {}),
    ("huge", {"bytes": 10_000_000}),
    ("drip", {"interval": 0.05}),
    ("redirect", {}),
    ("late", {"seconds": scaled(20)}),
]
READ_KINDS: list[tuple[str, dict[str, Any]]] = [
    ("missing_fields", {}),
    ("odd", {}),
    ("status", {}),
    ("hang", {}),
]
CHANGES_A_SECOND = 4


class SandboxUpstream:
    """At any time, one fault for sends and one for lists; they change often. `seen` counts the calls that were hit."""

    def __init__(self, seed: int) -> None:
        self.seen: Counter[str] = Counter()
        self._chance = random.Random(seed)  # noqa: S311  Not for secrets.
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._trouble)
        self._sandbox: Sandbox

    @property
    def url(self) -> str:
        return self._sandbox.url

    @property
    def api_key(self) -> str:
        return self._sandbox.api_key

    def __enter__(self) -> Self:
        self._sandbox = start_sandbox()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.heal()
        self._sandbox.stop()

    def heal(self) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def held(self) -> list[Held]:
        return [Held(message["subject"], message["text"]) for message in self._sandbox.messages()]

    def taken_from_agents(self) -> int:
        return sum(message["status"] == "read" for message in self._sandbox.messages())

    def _trouble(self) -> None:
        while not self._over.wait(1 / CHANGES_A_SECOND):
            self._note_hits()
            self._sandbox.heal()
            kind, parameters = self._chance.choice(KINDS)
            self._sandbox.fault(kind, operation="send", times=self._chance.randint(1, 6), **parameters)
            kind, parameters = self._chance.choice(READ_KINDS)
            self._sandbox.fault(kind, operation="list", times=2, **parameters)
        self._note_hits()
        self._sandbox.heal()

    def _note_hits(self) -> None:
        for fault in self._sandbox.control("GET", "/faults")["faults"]:
            status = fault["parameters"].get("status", "")
            self.seen[f"{fault['operations'][0]} {fault['kind']} {status}".strip()] += fault["hits"]
