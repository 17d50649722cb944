"""Between the door and upstream: a box that is down or hangs costs little, and the other boxes nothing.

What is known here is this process's own; it starts anew with it.
"""

from collections.abc import Callable
from typing import TypeVar

from inbox.gateway import calls_per_box
from inbox.resilience.breaker import Breaker
from inbox.resilience.bulkhead import Bulkhead

T = TypeVar("T")


class _Way:
    def __init__(self, name: str) -> None:
        self._bulkhead = Bulkhead(calls_per_box())
        self._breaker = Breaker(name)

    def ask(self, operation: str, call: Callable[[], T]) -> T:
        # In this order, so that finding no place says nothing about the API and uses up no try.
        with self._bulkhead.place(operation), self._breaker.watch(operation):
            return call()


_ways: dict[str, _Way] = {}


def ask(securebox: str, operation: str, call: Callable[[], T]) -> T:
    """What the call returns or raises; Unavailable, `certainly_not_sent`, where it is not made.

    `securebox` is the API's name for the box. Sending has a way of its own: where it hangs, people can
    still read.
    """
    name = f"{securebox or 'the default box'}, {'sending' if operation == 'send' else 'reading'}"
    # Atomic, where two threads would otherwise each make one. Building it a second time does no harm.
    way = _ways.get(name) or _ways.setdefault(name, _Way(name))
    return way.ask(operation, call)


def reset() -> None:
    """Forget everything, as a new process would."""
    _ways.clear()
