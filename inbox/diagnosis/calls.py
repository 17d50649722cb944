"""The calls of a diagnosis: at most MAX_CALLS, each of which only reads."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Final, TypeVar, get_args
from uuid import uuid4

from inbox.securemail import (
    Direction,
    Listing,
    Message,
    Misconfigured,
    ResponseShape,
    SecureMailClient,
    SecureMailError,
    Status,
    Unavailable,
)

T = TypeVar("T")

MAX_CALLS: Final = 10
RANDOM: Final = "count random"  # The call with an address that was made up for it.
LISTED: Final = (
    51  # Messages that are asked for at once: more than a page of the portal, and than a badge counts.
)


@dataclass(frozen=True)
class Step:
    """One call, with its result in a few words or its error. `shape` is None if there was no answer."""

    name: str
    seconds: float
    result: str
    error: SecureMailError | None = None
    shape: ResponseShape | None = None

    @property
    def is_unknown_contact(self) -> bool:
        """Whether the API answered that it knows no such contact. The client makes an empty inbox of that."""
        return self.error is None and self.shape is not None and self.shape.http_status == 404


@dataclass
class Observations:
    """What the API answered. What was not asked, or failed, is None or empty.

    `later` is what followed the last message of `listed`, that message included.
    """

    steps: list[Step] = field(default_factory=list)
    counts: dict[Status, int] = field(default_factory=dict)
    counted_for_random: int | None = None
    listed: Listing | None = None
    later: Listing | None = None
    unread: Listing | None = None
    opened: list[Message] = field(default_factory=list)
    userdata: Mapping[str, str] | None = None
    is_out_of_time: bool = False

    def shape(self, operation: str) -> ResponseShape | None:
        """Of the first success of this operation. Later ones may hold less."""
        shapes = (step.shape for step in self.steps if step.error is None and not step.is_unknown_contact)
        return next((shape for shape in shapes if shape and shape.operation == operation), None)


class Conversation:
    """Makes the calls. `shapes` gets the shape of each answer; `seconds` is the time after which no call is begun."""

    def __init__(self, client: SecureMailClient, shapes: list[ResponseShape], seconds: float) -> None:
        self._client = client
        self._shapes = shapes
        self._until = time.monotonic() + seconds
        self._is_stopped = False
        self.seen = Observations()

    def run(self, address: str, securebox: str) -> Observations:
        """Raises ValueError if the address or the box cannot be asked for, before anything is sent."""
        client, seen = self._client, self.seen
        for status in get_args(Status):
            count = self._step(
                f"count {status}", partial(client.count, address, securebox, status=status), str
            )
            if count is not None:
                seen.counts[status] = count
        self.run_made_up(securebox)
        self._list(partial(client.list_messages, address, securebox, count=LISTED))
        self._open(address)
        return seen

    def run_made_up(self, securebox: str) -> Observations:
        """The one call that needs no consumer."""
        made_up = f"portal-check-{uuid4().hex}@example.com"
        count = partial(self._client.count, made_up, securebox)
        self.seen.counted_for_random = self._step(RANDOM, count, str)
        return self.seen

    def _list(self, ask: Callable[..., Listing]) -> None:
        seen = self.seen
        seen.listed = self._step("list", ask, _describe_listing)
        last = len(seen.listed.entries) - 1 if seen.listed else 0
        # From a single message it could not be told whether the API begins where it is told to.
        if last > 0:
            seen.later = self._step("list on", partial(ask, index=last), _describe_listing)
        if seen.counts.get("unread"):
            seen.unread = self._step("list unread", partial(ask, status="unread"), _describe_listing)

    def _open(self, address: str) -> None:
        """The newest message that was received, and the newest that was sent; else simply the newest."""
        for message in _samples(self.seen.listed or Listing()):
            name = "get" if message.direction is Direction.UNKNOWN else f"get {_WAYS[message.direction]}"
            opened = self._step(
                name, partial(self._client.get, message.id, address=address), lambda _: "a message"
            )
            if opened:
                self.seen.opened.append(opened)
        for message in self.seen.opened[:1]:
            self.seen.userdata = self._step(
                "userdata",
                partial(self._client.userdata, message.id),
                lambda data: _number(len(data), "value"),
            )

    def _step(self, name: str, call: Callable[[], T], describe: Callable[[T], str]) -> T | None:
        if self._is_stopped:
            return None
        if time.monotonic() > self._until:
            self._is_stopped = self.seen.is_out_of_time = True
            return None
        known, started = len(self._shapes), time.monotonic()
        result, error = None, None
        try:
            result = call()
        except SecureMailError as caught:
            error = caught
            # The other calls would fail in the same way, perhaps after a timeout each.
            unanswered = isinstance(error, Unavailable) and error.http_status is None
            self._is_stopped = unanswered or isinstance(error, Misconfigured)
        seconds = time.monotonic() - started
        shape = self._shapes[-1] if len(self._shapes) > known else None
        text = "" if result is None else describe(result)
        self.seen.steps.append(Step(name, seconds, text, error, shape))
        return result


_WAYS: Final = {Direction.OUTBOUND: "received", Direction.INBOUND: "sent"}


def _samples(listing: Listing) -> Iterator[Message]:
    earliest = datetime.min.replace(tzinfo=UTC)
    newest = sorted(listing.messages, key=lambda message: message.date or earliest, reverse=True)
    by_way: dict[Direction, Message] = {}
    for message in newest:
        by_way.setdefault(message.direction, message)
    known = [by_way[way] for way in _WAYS if way in by_way]
    yield from known or newest[:1]


def _describe_listing(listing: Listing) -> str:
    unusable = f", {listing.unusable} more without a usable id" if listing.unusable else ""
    return f"{_number(len(listing.messages), 'message')}{unusable}"


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
