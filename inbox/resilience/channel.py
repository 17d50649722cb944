"""One channel to the API for each securebox and direction, each with its own circuit breaker and limit on calls.

Their state belongs to this process and is lost when it ends.
"""

from collections.abc import Callable
from typing import TypeVar

from inbox.gateway import calls_per_box
from inbox.resilience.breaker import Breaker
from inbox.resilience.bulkhead import Bulkhead

T = TypeVar("T")


class Channel:
    def __init__(self, name: str) -> None:
        self._bulkhead = Bulkhead(calls_per_box())
        self._breaker = Breaker(name)

    def call(self, operation: str, call: Callable[[], T]) -> T:
        # The breaker is inside: a call that is refused for want of a slot neither counts as a failure nor uses up the
        # one trial call that an open breaker allows.
        with self._bulkhead.slot(operation), self._breaker.watch(operation):
            return call()


_channels: dict[str, Channel] = {}


def call(securebox: str, operation: str, call: Callable[[], T]) -> T:
    """Return or raise what `call` does; raise Unavailable, `certainly_not_sent`, if it is not made.

    `securebox` is the API's name for it. Sending has a channel of its own, so that consumers can still read while
    sending hangs.
    """
    name = f"{securebox or 'the default box'}, {'sending' if operation == 'send' else 'reading'}"
    # `setdefault` is atomic: two threads that come here at the same time get the same channel.
    channel = _channels.get(name) or _channels.setdefault(name, Channel(name))
    return channel.call(operation, call)


def reset() -> None:
    """Forget all state, as a new process would."""
    _channels.clear()
