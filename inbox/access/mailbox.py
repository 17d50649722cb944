"""One consumer's view of one securebox: what `opening` gives to those who may have it."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Literal, TypeVar

from django.http import Http404

from inbox import paging, reading_back, references
from inbox.access.records import Records
from inbox.connection_settings import UnknownConnection
from inbox.entries import BulkResult, Entry, Page, Withdrawal
from inbox.gateway import get_client, get_dialect
from inbox.models import OutgoingMessage, Securebox
from inbox.references import BadReference, Reference
from inbox.resilience import channel, fanout
from inbox.resilience.trouble import Trouble
from inbox.securemail import (
    Direction,
    Hidden,
    Listing,
    Message,
    Misconfigured,
    NewMessage,
    NotFound,
    Owner,
    Rejected,
    SecureMailClient,
    SecureMailError,
    Sent,
)

logger = logging.getLogger(__name__)

T = TypeVar("T")
Status = Literal["all", "unread", "read"]


@dataclass(frozen=True)
class Mailbox:
    """One consumer's view of one securebox. The methods raise the errors of `inbox.securemail`, and Http404."""

    consumer_id: int
    address: str
    securebox: Securebox
    records: Records = field(default=Records(), compare=False)

    @property
    def owner(self) -> Owner:
        """Whose messages these are."""
        return Owner(
            address=self.address,
            securebox=self.securebox.name,
            aliases=self.securebox.alias_names,
            box_addresses=get_dialect().box_addresses,
        )

    @property
    def lists_whole_messages(self) -> bool:
        """Whether the API's lists hold whole messages, with their files' names, and not only how they begin."""
        return get_dialect().whole_lists

    def page(
        self,
        number: int,
        size: int,
        status: Status = "all",
        start: paging.Start | None = None,
        *,
        calls: int = paging.MAX_CALLS,
    ) -> Page:
        """A page of the list, with one API call as a rule. It begins at `start`, or else where its number says.

        Raises paging.ListChanged if `start` cannot be found any longer.
        """
        begin = start or paging.Start((number - 1) * size)
        return self._page(number, paging.read_page(self._source(status), begin, size, calls))

    def window(self, size: int) -> Page:
        """The newest messages, for pages that ask several secureboxes at once: fewer if the API gives fewer in a call.

        One API call; where it lists the oldest first, two as a rule.
        """
        return self.page(1, size, calls=self.least_calls)

    @property
    def least_calls(self) -> int:
        """How many calls a page may take that would rather show less: one, if the API lists the newest first."""
        return paging.MAX_CALLS if get_dialect().oldest_first else 1

    @property
    def calls_for_page(self) -> int:
        """API calls that are certainly enough to read a page of the list, or part of one."""
        # The oldest first: a count, two calls to find the end if there is a cap, and as many that bring messages.
        return 5 if get_dialect().oldest_first else 1

    def pages(self, start: paging.Start, size: int, *, calls: int, seconds: float) -> Iterator[Page]:
        """Page after page of the list from `start` on, with at most so many API calls, begun within so many seconds.

        Raises paging.ListChanged if `start` cannot be found any longer.
        """
        rows = reading_back.read_pages(self._source("all"), start, size, calls=calls, seconds=seconds)
        for number, found in enumerate(rows, start=1):
            yield self._page(number, found)

    def newest(self, limit: int, seconds: float) -> tuple[tuple[Entry, ...], bool]:
        """At most this many of the newest messages, and whether these are all that were asked for.

        Takes the calls that it needs, within this time.
        """
        found = paging.Reader(self._source("all"), calls=limit, seconds=seconds).read(0, limit)
        return self._entries(found.rows), len(found.rows) == limit or not found.more

    def open(self, reference: str, *, mark_read: bool) -> Entry:
        """One API call. `mark_read` marks a received message as read in the same call, and never one that was sent."""
        named = self._verify(reference)
        read = mark_read and named.direction is Direction.OUTBOUND
        return Entry(named.direction, self._fetch(named, read=read), lambda: reference)

    def answered(self, reference: str) -> Message | None:
        """The message that an answer answers, under its signed id; None if the reference is void.

        One API call, if the dialect sends more of it than its id. Only its id is known if it is gone.
        """
        try:
            named = self._verify(reference)
        except Http404:
            return None
        fields = get_dialect().compose_fields
        if not (fields["thread_id"] or fields["answered_subject"]):
            return Message(id=named.message_id)
        try:
            return self._fetch(named, read=False)
        except (Http404, Rejected):
            return Message(id=named.message_id)

    def direction_of(self, reference: str) -> Direction:
        """Received or sent. Raises Http404 unless the reference is for this mailbox. No API call."""
        return self._verify(reference).direction

    def message_id(self, reference: str) -> str:
        """The API's id of the message, which no page may show. Raises Http404 as `direction_of` does. No API call."""
        return self._verify(reference).message_id

    def reference_to_sent(self, message: OutgoingMessage, address: str) -> str | None:
        """The reference of a message that the consumer sent from here, by the id in the API's answer. No API call.

        None unless it was sent to this securebox, from the consumer's present address: `address` is the one it was
        sent from.
        """
        is_own = (message.consumer_id, message.securebox_id) == (self.consumer_id, self.securebox.pk)
        is_sent = message.state == OutgoingMessage.State.SENT and message.secure_mail_id
        if not (is_own and is_sent and address == self.address):
            return None
        box = self.securebox.full_name
        return references.sign(self.address, box, message.secure_mail_id, Direction.INBOUND)

    def details(self, reference: str) -> list[tuple[str, str]]:
        """The userdata that the operator chose to show, as (label, value), in the operator's order."""
        labels = self.securebox.detail_labels
        if not labels:
            raise Http404
        userdata = self.userdata(reference)
        return [(label, userdata[key]) for key, label in labels.items() if userdata.get(key)]

    def userdata(self, reference: str) -> Mapping[str, str]:
        """All of a message's userdata, including hidden routing data. Only for `inbox.outgoing`."""
        named = self._verify(reference)
        return self._ask_one("userdata", lambda client: client.userdata(named.message_id))

    def delete(self, reference: str) -> None:
        """Hide a received message; the company keeps its copy."""
        self._remove_received(reference, "delete", allowed=self.securebox.allows_delete)

    def purge(self, reference: str) -> None:
        """Destroy a received message, including the company's copy."""
        self._remove_received(reference, "purge", allowed=self.securebox.allows_purge)

    def withdraw(self, reference: str) -> Withdrawal:
        """Take a sent message out of the agents' queue. Two or three API calls.

        In the API, `get` with `read` does that to an inbound message; nothing else is documented to. It tells nothing
        of the queue, only who has read what: so look before, and afterwards.
        """
        named = self._verify(reference)
        if not (self.securebox.allows_withdraw and named.direction is Direction.INBOUND):
            raise Http404
        was_unread = self._fetch(named, read=False).unread
        if was_unread is False:
            return Withdrawal.TOO_LATE
        is_unread = self._fetch(named, read=True).unread
        if is_unread is not False:
            # That answer may be from before the change.
            is_unread = self._is_unread(named)
        if was_unread is None or is_unread is None:
            return Withdrawal.UNKNOWN
        return Withdrawal.IGNORED if is_unread else Withdrawal.DONE

    def mark_selected_read(self, chosen: Sequence[str], seconds: float) -> BulkResult:
        return self._remove_selected(chosen, "read", seconds)

    def delete_selected(self, chosen: Sequence[str], seconds: float) -> BulkResult:
        if not self.securebox.allows_delete:
            raise Http404
        return self._remove_selected(chosen, "delete", seconds)

    def troubles(self) -> tuple[Trouble, ...]:
        """Why calls to the API for this mailbox would not be made now, as far as this process knows. No API call."""
        return channel.troubles(self.securebox.full_name, self.consumer_id)

    def count(self, status: Status) -> int:
        box = self.securebox.name
        return self._ask("count", lambda client: client.count(self.address, box, status=status))

    def unread_messages(self, limit: int, calls: int = paging.MAX_CALLS) -> paging.Stretch:
        """At most this many, in the API's order; None stands for one that cannot be used.

        `more` is true also if these calls do not tell whether others follow.
        """
        found = paging.Reader(self._source("unread"), calls=calls).read_in_order(0, limit)
        return paging.Stretch(self._only_own(found.rows), found.more)

    def send(self, message: NewMessage, operation_id: str) -> Sent:
        """One attempt, never repeated. Only for `inbox.outgoing`, which keeps the promises about sending."""
        box = self.securebox.name
        return self._ask("send", lambda client: client.send(message, box, operation_id=operation_id))

    def _ask(self, operation: str, call: Callable[[SecureMailClient], T]) -> T:
        """The only way to the API. Raises Unavailable without a call if this securebox is known not to answer."""
        box = self.securebox.full_name
        return channel.call(box, operation, self.consumer_id, lambda: call(self._client(operation)))

    def _client(self, operation: str) -> SecureMailClient:
        try:
            return get_client(self.securebox.connection)
        except UnknownConnection:
            raise Misconfigured(operation, certainly_not_sent=True, reason="unknown connection") from None

    def _source(self, status: Status) -> paging.Source:
        owner, box = self.owner, self.securebox.full_name

        def marks(message: Message) -> Sequence[str]:
            return () if message.hidden_from(owner) else references.marks(self.address, box, message.id)

        return paging.Source(
            # How many messages an API gives at once is a matter of the API, not of one box.
            name=self.securebox.connection,
            rows=lambda index, count: self._list(status=status, index=index, count=count).entries,
            count=lambda: self.count(status),
            marks=marks,
            oldest_first=get_dialect().oldest_first,
        )

    def _list(self, *, status: Status, index: int, count: int) -> Listing:
        box, part = self.securebox.name, {"index": index, "count": count}
        return self._ask(
            "list", lambda client: client.list_messages(self.address, box, status=status, **part)
        )

    def _ask_one(self, operation: str, call: Callable[[SecureMailClient], T]) -> T:
        """A message that the API does not have gives the same 404 as another consumer's message."""
        try:
            return self._ask(operation, call)
        except NotFound:
            raise Http404 from None

    def _page(self, number: int, found: paging.PageRows) -> Page:
        hidden = Listing(entries=found.rows).hidden_from(self.owner)
        _log_hidden("list", hidden, len(found.rows))
        return Page(self._entries(found.rows), number, hidden, found)

    def _entry(self, message: Message) -> Entry:
        named = (self.address, self.securebox.full_name, message.id, message.direction)
        return Entry(message.direction, message, partial(references.sign, *named))

    def _entries(self, rows: paging.Rows) -> tuple[Entry, ...]:
        return tuple(self._entry(message) for message in self._only_own(rows) if message)

    def _only_own(self, rows: paging.Rows) -> paging.Rows:
        """Replace each message that names another address or securebox by None."""
        owner = self.owner
        return tuple(row if row and not row.hidden_from(owner) else None for row in rows)

    def _verify(self, reference: str) -> Reference:
        try:
            return references.verify(reference, self.address, self.securebox.full_name)
        except BadReference:
            raise Http404 from None

    def _fetch(self, named: Reference, *, read: bool) -> Message:
        message = self._ask_one(
            "get", lambda client: client.get(named.message_id, address=self.address, read=read)
        )
        if rule := message.hidden_from(self.owner):
            _log_hidden("get", Counter([rule]), 1)
            raise Http404
        return message

    def _is_unread(self, named: Reference) -> bool | None:
        """None if the API does not tell, or cannot be asked."""
        try:
            return self._fetch(named, read=False).unread
        except (SecureMailError, Http404):
            return None

    def _remove_received(self, reference: str, how: Literal["delete", "purge"], *, allowed: bool) -> None:
        named = self._verify(reference)
        # Not for a sent message, nor if the direction is unknown: it may still be waiting for an agent.
        if not (allowed and named.direction is Direction.OUTBOUND):
            raise Http404
        self._ask_one("remove", lambda client: client.remove(named.message_id, how))

    def _remove_selected(
        self, chosen: Sequence[str], how: Literal["read", "delete"], seconds: float
    ) -> BulkResult:
        named = [self._verify(reference) for reference in dict.fromkeys(chosen)]
        received = [one for one in named if one.direction is Direction.OUTBOUND]

        def remove(one: Reference) -> None:
            self._ask("remove", lambda client: client.remove(one.message_id, how))

        outcomes = fanout.ask_all([partial(remove, one) for one in received], self.consumer_id, seconds)
        failed = sum(isinstance(outcome, Exception) for outcome in outcomes)
        skipped = len(named) - len(received)
        return BulkResult(changed=len(received) - failed, skipped=skipped, failed=failed)


def _log_hidden(operation: str, hidden: Counter[Hidden], total: int) -> None:
    """Numbers and rules alone: what a message names is personal."""
    if not hidden:
        return
    rules = ", ".join(f"{number} {rule}" for rule, number in sorted(hidden.items()))
    logger.warning("%s: %d of %d messages are not shown: %s", operation, hidden.total(), total, rules)
