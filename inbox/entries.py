"""What a mailbox returns: messages under their references, pages of them, and the outcomes of actions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property

from inbox import paging
from inbox.securemail import Direction, Hidden, Message


@dataclass(frozen=True)
class Entry:
    """A message with its reference, the only name for it that leaves the portal.

    `direction` is the signed one in the reference. It decides what may be done with the message, even if a later
    answer of the API says otherwise. `sign` makes the reference.
    """

    direction: Direction
    message: Message
    sign: Callable[[], str] = field(repr=False, compare=False)

    @cached_property
    def reference(self) -> str:
        """Only on demand: a page shows a part of what it reads."""
        return self.sign()

    @property
    def is_own(self) -> bool:
        return self.direction is Direction.INBOUND

    @property
    def is_received(self) -> bool:
        return self.direction is Direction.OUTBOUND

    @property
    def is_unread(self) -> bool:
        """Whether its reader has not opened it. Of the consumer's own messages the API says what agents have read."""
        return bool(self.message.unread) and not self.is_own

    def as_read(self) -> "Entry":
        """The same once its reader has opened it: the answer may still be from before."""
        return replace(self, message=self.message.model_copy(update={"unread": False}))


@dataclass(frozen=True)
class Page:
    """One page of a list; `hidden` counts the messages that are not shown, by the rule that hides them."""

    entries: tuple[Entry, ...]
    number: int
    hidden: Mapping[Hidden, int]
    rows: paging.PageRows

    @property
    def start(self) -> paging.Start:
        """Leads back to this page."""
        return self.rows.start

    @property
    def next(self) -> paging.Start | None:
        """Leads to the page after it."""
        return self.rows.next

    @property
    def unusable(self) -> int:
        return sum(self.hidden.values())

    @property
    def has_next(self) -> bool:
        return self.rows.more

    @property
    def is_whole(self) -> bool:
        """Whether the list has no other messages than those of this page."""
        return self.start.position == 0 and not self.has_next


@dataclass(frozen=True)
class BulkResult:
    """How many of several messages were changed, skipped because they were not received, and failed to change."""

    changed: int
    skipped: int
    failed: int


class Withdrawal(Enum):
    """What is known after a consumer has withdrawn a message."""

    DONE = "it was waiting before, and is not any more"
    TOO_LATE = "an agent has read it, or it was withdrawn before; nothing was changed"
    IGNORED = "it was waiting before, and still is"
    UNKNOWN = "the API was asked, and does not tell"
