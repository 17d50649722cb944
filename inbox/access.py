"""The door. Whose mail is shown is decided here and nowhere else.

An id comes in only from a listing that was asked for this consumer's verified address in this box, and goes out
only as a signed reference. What is not this consumer's, and what does not exist, are the same 404.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import Http404

from inbox import references
from inbox.gateway import get_client
from inbox.models import Securebox
from inbox.references import BadReference, Reference
from inbox.resilience import channel, fanout
from inbox.securemail import Direction, Listing, Message, NewMessage, NotFound, SecureMailClient, Sent
from portal.accounts.models import Consumer

logger = logging.getLogger(__name__)

T = TypeVar("T")
Status = Literal["all", "unread", "read"]


@dataclass(frozen=True)
class Entry:
    """A message, and the only name for it that leaves the portal.

    `direction` is the one that the reference vouches for: what may be done with the message follows from it,
    whatever a later answer says.
    """

    reference: str
    direction: Direction
    message: Message

    @property
    def is_own(self) -> bool:
        return self.direction is Direction.INBOUND

    @property
    def is_received(self) -> bool:
        return self.direction is Direction.OUTBOUND


@dataclass(frozen=True)
class Page:
    """Part of a list; `unusable` counts what upstream sent and cannot be shown."""

    entries: tuple[Entry, ...]
    number: int
    has_next: bool
    unusable: int


@dataclass(frozen=True)
class Tally:
    """How many of several messages were changed, were left alone on purpose, and could not be changed."""

    done: int
    left: int
    failed: int


def open_mailbox(consumer: Consumer, slug: str) -> "Mailbox":
    """This consumer's view of the box with this slug.

    Raises Http404 where they may not use it or there is none, PermissionDenied while their address is unproved.
    """
    for mailbox in open_mailboxes(consumer):
        if mailbox.securebox.slug == slug:
            return mailbox
    raise Http404


def open_mailboxes(consumer: Consumer) -> "tuple[Mailbox, ...]":
    """Every box that this consumer may use here. Raises PermissionDenied while their address is unproved."""
    # A page asks several times, for itself and for its head. Requests do not share the object that remembers.
    remembered: tuple[Mailbox, ...] | None = getattr(consumer, "_mailboxes", None)
    if remembered is None:
        remembered = _find_mailboxes(consumer)
        setattr(consumer, "_mailboxes", remembered)  # noqa: B010  The model knows nothing of mailboxes.
    return remembered


def _find_mailboxes(consumer: Consumer) -> "tuple[Mailbox, ...]":
    address = consumer.verified_address()
    if address is None:
        raise PermissionDenied
    boxes = Securebox.objects.open_to(consumer)
    if consumer.boxes_here is not None:
        boxes = boxes.filter(slug__in=consumer.boxes_here)
    return tuple(Mailbox(address, securebox) for securebox in boxes)


@dataclass(frozen=True)
class Mailbox:
    """One consumer's view of one securebox. Its methods raise the errors of `inbox.securemail`, and Http404."""

    address: str
    securebox: Securebox

    def page(self, number: int, size: int, status: Status = "all") -> Page:
        """One upstream call. One message more than a page is asked for, since the API tells no total."""
        listing = self._list(status=status, index=(number - 1) * size, count=size + 1)
        # Cut before anything is dropped: the API's index counts what it sent, not what can be shown.
        sent = self._mine(listing.entries[:size])
        entries = tuple(self._entry(message) for message in sent if message)
        if unusable := sent.count(None):
            logger.warning("list: %d of %d entries cannot be shown", unusable, len(sent))
        return Page(entries, number, len(listing.entries) > size, unusable)

    def open(self, reference: str, *, mark_read: bool) -> Entry:
        """One upstream call. A received mail is marked read by the same call; one's own, never."""
        named = self._verify(reference)
        read = mark_read and named.direction is Direction.OUTBOUND
        return Entry(reference, named.direction, self._fetch(named, read=read))

    def direction_of(self, reference: str) -> Direction:
        """Which way the message went. Raises Http404 unless the reference is this mailbox's. No upstream call."""
        return self._verify(reference).direction

    def details(self, reference: str) -> list[tuple[str, str]]:
        """The userdata that the operator shows here, as (label, value), in the operator's order."""
        labels = self.securebox.detail_labels
        if not labels:
            raise Http404
        userdata = self.userdata(reference)
        return [(label, userdata[key]) for key, label in labels.items() if userdata.get(key)]

    def userdata(self, reference: str) -> Mapping[str, str]:
        """All of a message's userdata, also what the operator shows to nobody. For `inbox.outgoing` alone."""
        named = self._verify(reference)
        return self._ask_one("userdata", lambda client: client.userdata(named.message_id))

    def delete(self, reference: str) -> None:
        """Hide a received mail; the company keeps its copy."""
        self._remove_received(reference, "delete", allowed=self.securebox.allows_delete)

    def purge(self, reference: str) -> None:
        """Destroy a received mail, the company's copy included."""
        self._remove_received(reference, "purge", allowed=self.securebox.allows_purge)

    def withdraw(self, reference: str) -> None:
        """Take one's own message from the agents' queue: for an inbound mail, that is what "read" does upstream."""
        named = self._verify(reference)
        if not (self.securebox.allows_withdraw and named.direction is Direction.INBOUND):
            raise Http404
        self._ask_one("remove", lambda client: client.remove(named.message_id, "read"))

    def mark_selected_read(self, chosen: Sequence[str], seconds: float) -> Tally:
        return self._remove_selected(chosen, "read", seconds)

    def delete_selected(self, chosen: Sequence[str], seconds: float) -> Tally:
        if not self.securebox.allows_delete:
            raise Http404
        return self._remove_selected(chosen, "delete", seconds)

    def count(self, status: Status) -> int:
        box = self.securebox.name
        return self._ask("count", lambda client: client.count(self.address, box, status=status))

    def unread_messages(self, most: int) -> tuple[Message | None, ...]:
        """At most so many; None stands for what upstream sent and cannot be used."""
        return self._mine(self._list(status="unread", count=most).entries)

    def send(self, message: NewMessage, operation_id: str) -> Sent:
        """One attempt, never repeated. For `inbox.outgoing` alone, which keeps the promises about sending."""
        box = self.securebox.name
        return self._ask("send", lambda client: client.send(message, box, operation_id=operation_id))

    def _ask(self, operation: str, call: Callable[[SecureMailClient], T]) -> T:
        """The one way upstream. Raises Unavailable without asking where this box is known not to answer."""
        return channel.ask(self.securebox.name, operation, lambda: call(get_client()))

    def _list(self, *, status: Status, index: int = 0, count: int) -> Listing:
        box, part = self.securebox.name, {"index": index, "count": count}
        return self._ask(
            "list", lambda client: client.list_messages(self.address, box, status=status, **part)
        )

    def _ask_one(self, operation: str, call: Callable[[SecureMailClient], T]) -> T:
        """A mail that upstream does not have, or no longer has, is the same 404 as somebody else's."""
        try:
            return self._ask(operation, call)
        except NotFound:
            raise Http404 from None

    def _entry(self, message: Message) -> Entry:
        reference = references.sign(self.address, self.securebox.name, message.id, message.direction)
        return Entry(reference, message.direction, message)

    def _mine(self, entries: Sequence[Message | None]) -> tuple[Message | None, ...]:
        """The same, with None in place of any message that says of itself that it belongs elsewhere."""
        box = self.securebox.name
        return tuple(entry if entry and entry.belongs_to(self.address, box) else None for entry in entries)

    def _verify(self, reference: str) -> Reference:
        try:
            return references.verify(reference, self.address, self.securebox.name)
        except BadReference:
            raise Http404 from None

    def _fetch(self, named: Reference, *, read: bool) -> Message:
        message = self._ask_one(
            "get", lambda client: client.get(named.message_id, address=self.address, read=read)
        )
        if not message.belongs_to(self.address, self.securebox.name):
            raise Http404
        return message

    def _remove_received(self, reference: str, how: Literal["delete", "purge"], *, allowed: bool) -> None:
        named = self._verify(reference)
        # Not for one's own mail, nor where the direction is unknown: it could still be waiting for an agent.
        if not (allowed and named.direction is Direction.OUTBOUND):
            raise Http404
        self._ask_one("remove", lambda client: client.remove(named.message_id, how))

    def _remove_selected(
        self, chosen: Sequence[str], how: Literal["read", "delete"], seconds: float
    ) -> Tally:
        named = [self._verify(reference) for reference in dict.fromkeys(chosen)]
        received = [one for one in named if one.direction is Direction.OUTBOUND]

        def remove(one: Reference) -> None:
            self._ask("remove", lambda client: client.remove(one.message_id, how))

        outcomes = fanout.ask_all([partial(remove, one) for one in received], seconds)
        failed = sum(isinstance(outcome, Exception) for outcome in outcomes)
        return Tally(done=len(received) - failed, left=len(named) - len(received), failed=failed)
