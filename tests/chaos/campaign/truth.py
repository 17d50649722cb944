"""What the campaign's upstream has stored: each copy of each message, regardless of its responses."""

import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Copy:
    """A stored message. Lists leave it out before `shown_from`, a time on the monotonic clock."""

    id: str
    operation_id: str
    address: str
    securebox: str
    subject: str
    text: str
    userdata: Mapping[str, str]
    date: datetime
    shown_from: float


class Truth:
    """A store in memory. Safe to share between threads. Messages are never removed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_mailbox: dict[tuple[str, str], list[Copy]] = defaultdict(list)
        self._by_id: dict[str, Copy] = {}
        self._reveals_all = False
        self.taken_from_agents: list[str] = []
        """Ids of messages that the portal marked as read. It must not do so for a consumer's own message."""

    def keep(
        self, data: Mapping[str, str], operation_id: str, securebox: str, *, hidden_for: float = 0
    ) -> Copy:
        copy = Copy(
            id=str(uuid.uuid4()),
            operation_id=operation_id,
            address=data["fromAddress"].lower(),
            securebox=securebox,
            subject=data["subject"],
            text=data["text"],
            userdata=dict(data.get("userData") or {}),
            date=datetime.now(UTC),
            shown_from=time.monotonic() + hidden_for,
        )
        with self._lock:
            self._by_mailbox[copy.address, securebox].append(copy)
            self._by_id[copy.id] = copy
        return copy

    def listed(self, address: str, securebox: str) -> list[Copy]:
        """The messages that a list shows now, the newest first."""
        now = time.monotonic()
        with self._lock:
            mailbox = self._by_mailbox[address.lower(), securebox]
            return [copy for copy in reversed(mailbox) if self._reveals_all or copy.shown_from <= now]

    def find(self, message_id: str) -> Copy | None:
        with self._lock:
            return self._by_id.get(message_id)

    def copies(self) -> list[Copy]:
        with self._lock:
            return list(self._by_id.values())

    def reveal(self) -> None:
        """Let lists show all messages from now on."""
        self._reveals_all = True
