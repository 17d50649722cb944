"""One channel to the API for each securebox and direction, each with its own circuit breakers and limit on calls.

One consumer's trouble must not close a securebox for the others. So each consumer has a breaker of their own; the
securebox's opens when calls fail for several of them; and none of them holds more than their share of the slots. If the
API itself asks not to be called for a while, that holds for everybody and for both directions.

Their state belongs to this process and is lost when it ends.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TypeVar

from inbox.gateway import calls_per_box
from inbox.resilience.alarm import Alarm
from inbox.resilience.breaker import Breaker
from inbox.resilience.bulkhead import Bulkhead
from inbox.resilience.measuring import measured
from inbox.resilience.pause import Pause
from inbox.resilience.trouble import Trouble
from portal.metrics import BREAKER_OPEN, DEFAULT_BOX, PLACES_HELD, REFUSED, direction

T = TypeVar("T")

# Consumers in trouble that one channel remembers: some hundred kilobytes. Others in trouble take their places.
REMEMBERED = 1_000


class Channel:
    def __init__(self, name: str, pause: Pause, labels: tuple[str, str]) -> None:
        """`name` is for the log, `labels` for the metrics."""
        self._pause = pause
        self._labels = labels
        # From the start, so that Prometheus sees them change.
        REFUSED.set(0, *labels)
        BREAKER_OPEN.set(0, *labels)
        self._alarm = Alarm(name, lambda is_raised: REFUSED.set(is_raised, *labels))
        self._bulkhead = Bulkhead(calls_per_box())
        self._breaker = Breaker(name, lambda is_open: BREAKER_OPEN.set(is_open, *labels))
        self._consumers = ConsumerBreakers(f"{name}, one consumer")

    def call(self, operation: str, consumer_id: int, call: Callable[[], T]) -> T:
        # The breakers are inside: a call that is refused for want of a slot neither counts as a failure nor uses up the
        # one trial call that an open breaker allows.
        with (
            self._pause.keep(operation),
            self._bulkhead.slot(operation, consumer_id),
            PLACES_HELD.raised(*self._labels),
            self._consumers.breaker_of(consumer_id) as own,
        ):
            # Once a consumer's own breaker has opened, their failures say nothing new about the securebox.
            source = None if own.is_open else consumer_id
            with own.watch(operation, object()), self._breaker.watch(operation, source), self._alarm.watch():
                return call()

    def troubles(self, consumer_id: int) -> Iterator[Trouble]:
        if self._pause.is_on:
            yield Trouble.PAUSE
        if self._breaker.is_open:
            yield Trouble.BOX
        if self._consumers.is_open(consumer_id):
            yield Trouble.CONSUMER


class ConsumerBreakers:
    """A breaker for each consumer with a call in progress, or whose last calls failed. Thread-safe."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = Lock()
        self._breakers: dict[int, Breaker] = {}  # Those used last at the end.

    @contextmanager
    def breaker_of(self, consumer_id: int) -> Iterator[Breaker]:
        with self._lock:
            breaker = self._breakers.pop(consumer_id, None) or Breaker(self._name)
            self._breakers[consumer_id] = breaker
            if len(self._breakers) > REMEMBERED:
                del self._breakers[next(iter(self._breakers))]
        try:
            yield breaker
        finally:
            with self._lock:
                if not breaker.has_failures and self._breakers.get(consumer_id) is breaker:
                    del self._breakers[consumer_id]

    def is_open(self, consumer_id: int) -> bool:
        with self._lock:
            breaker = self._breakers.get(consumer_id)
            return breaker is not None and breaker.is_open


_channels: dict[str, Channel] = {}
_pauses: dict[str, Pause] = {}


def call(securebox: str, operation: str, consumer_id: int, call: Callable[[], T]) -> T:
    """Return or raise what `call` does; raise Unavailable, `certainly_not_sent`, if it is not made.

    `securebox` is its full name. Sending has a channel of its own, so that consumers can still read while
    sending hangs.
    """
    box, name = _names(securebox, operation)
    label = securebox or DEFAULT_BOX
    # `setdefault` is atomic: two threads that come here at the same time get the same channel.
    pause = _pauses.setdefault(box, Pause(box))
    channel = _channels.get(name) or _channels.setdefault(
        name, Channel(name, pause, (label, direction(operation)))
    )
    with measured(label, operation):
        return channel.call(operation, consumer_id, call)


def troubles(securebox: str, consumer_id: int) -> tuple[Trouble, ...]:
    """Why calls of this consumer to the securebox would not be made now, in either direction. Each once."""
    channels = (_channels.get(_names(securebox, operation)[1]) for operation in ("count", "send"))
    found = (trouble for channel in channels if channel for trouble in channel.troubles(consumer_id))
    return tuple(dict.fromkeys(found))


def _names(securebox: str, operation: str) -> tuple[str, str]:
    """The box's name for the log, and the channel's."""
    box = securebox or "the default box"
    return box, f"{box}, {direction(operation)}"


def reset() -> None:
    """Forget all state, as a new process would."""
    _channels.clear()
    _pauses.clear()
