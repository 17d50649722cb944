"""A conversation, as pages show it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import cached_property

from inbox.conversations.state import State, state_of, unanswered
from inbox.entries import Entry


@dataclass(frozen=True)
class Conversation:
    """Messages of one securebox that belong together: at least one, the oldest first.

    It holds what a page has read of the list; older messages may lie beyond that. `goes_back` is true if one of these
    answers a message that is not among them. `withdrawn` are ids of messages that the consumer withdrew.
    """

    entries: tuple[Entry, ...]
    withdrawn: frozenset[str] = frozenset()
    goes_back: bool = False

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def newest(self) -> Entry:
        return self.entries[-1]

    @cached_property
    def subject(self) -> str:
        """That of the oldest message that has one; empty if none has."""
        return next((entry.message.subject for entry in self.entries if entry.message.subject), "")

    @cached_property
    def unread_count(self) -> int:
        """How many received messages are unread."""
        return sum(entry.is_unread for entry in self.entries)

    @cached_property
    def target(self) -> Entry:
        """The message to open: the newest unread one, else the newest."""
        return next((entry for entry in reversed(self.entries) if entry.is_unread), self.newest)

    @property
    def reference(self) -> str:
        return self.target.reference

    @cached_property
    def state(self) -> State | None:
        """None if the consumer has asked nothing in it."""
        return state_of(self.entries, self.withdrawn)

    @cached_property
    def waiting_since(self) -> datetime | None:
        """When the consumer wrote what is not answered; None if nothing waits, or if its date is not known."""
        if self.state not in (State.WAITING, State.SENT):
            return None
        return unanswered(self.entries, self.withdrawn)[0].message.date

    def has(self, message_id: str) -> bool:
        return any(entry.message.id == message_id for entry in self.entries)

    def is_withdrawn(self, entry: Entry) -> bool:
        return entry.message.id in self.withdrawn
