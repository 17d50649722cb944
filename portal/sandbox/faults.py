"""Faults that are switched on and off while the server runs, and which calls they apply to."""

from dataclasses import dataclass, field
from itertools import count
from threading import Event, Lock

from portal.sandbox.call_log import Call
from portal.sandbox.strict_json import Json


@dataclass
class Fault:
    """Applies to calls of these operations, and only to those with this address and this securebox if they are given.

    `times` is the number of calls it applies to at most; None means no limit. `parameters` are those of its kind.
    Setting `cleared` wakes the calls that wait in it.
    """

    kind: str
    operations: tuple[str, ...]
    parameters: dict[str, Json]
    address: str | None = None
    securebox: str | None = None
    times: int | None = None
    id: str = ""
    hits: int = 0
    cleared: Event = field(default_factory=Event)

    def matches(self, call: Call) -> bool:
        return (
            call.operation in self.operations
            and self.address in (None, (call.address or "").lower())
            and self.securebox in (None, call.securebox)
            and (self.times is None or self.hits < self.times)
        )

    def wait(self, seconds: float) -> None:
        """Sleep for this time, or until the fault is cleared."""
        self.cleared.wait(seconds)

    def as_json(self) -> dict[str, Json]:
        return {
            "id": self.id,
            "kind": self.kind,
            "operations": list(self.operations),
            "address": self.address,
            "securebox": self.securebox,
            "times": self.times,
            "hits": self.hits,
            "parameters": self.parameters,
        }


class Faults:
    """The faults that are switched on. If several match a call, the oldest applies.

    A fault that has applied as often as it may stays in the list until it is cleared: a call may still hang in it.
    """

    def __init__(self) -> None:
        self._faults: dict[str, Fault] = {}
        self._ids = count(1)
        self._lock = Lock()

    def add(self, fault: Fault) -> str:
        with self._lock:
            fault.id = str(next(self._ids))
            self._faults[fault.id] = fault
        return fault.id

    def hit(self, call: Call) -> Fault | None:
        """The fault that applies to this call, if there is one. It is counted as a hit."""
        with self._lock:
            for fault in self._faults.values():
                if fault.matches(call):
                    fault.hits += 1
                    return fault
        return None

    def as_json(self) -> list[dict[str, Json]]:
        with self._lock:
            return [fault.as_json() for fault in self._faults.values()]

    def clear(self, fault_id: str) -> bool:
        with self._lock:
            fault = self._faults.pop(fault_id, None)
        if fault is None:
            return False
        fault.cleared.set()
        return True

    def clear_all(self) -> None:
        for fault_id in list(self._faults):
            self.clear(fault_id)


active_faults = Faults()
