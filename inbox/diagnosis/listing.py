"""Checks of lists and counts: how many messages the API gives at once, where it begins, in which order."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final

from inbox.diagnosis.calls import LISTED, Observations
from inbox.diagnosis.setup import Setup
from inbox.securemail import Direction, Listing, Message, Owner
from portal.findings import Finding, failure, ok, warning


def check(seen: Observations, owner: Owner, setup: Setup) -> Iterator[Finding]:
    if seen.listed is None or not seen.listed.entries:
        return
    yield from _numbers(seen)
    if seen.later is not None:
        yield from _pages(seen.listed, seen.later)
    yield from _total(seen, seen.listed, seen.later or Listing())
    yield from _order(seen.listed, setup)
    yield from _future(seen.listed, setup)
    yield from _unread(seen)
    yield from _directions(seen.listed, owner, setup)


def _numbers(seen: Observations) -> Iterator[Finding]:
    every, unread, read = (seen.counts.get(status) for status in ("all", "unread", "read"))
    if None not in (every, unread, read) and every != (unread or 0) + (read or 0):
        yield warning("Count", f"{unread} unread and {read} read messages are not {every} in all.", _BADGES)


_BADGES: Final = "Badges count on these numbers. Ask the API's operators what it leaves out."


def _pages(listed: Listing, later: Listing) -> Iterator[Finding]:
    """`later` was asked for from the last message of `listed` on, so it has to begin with that one."""
    topic, last = "Pages", len(listed.entries) - 1
    first = later.entries[0] if later.entries else None
    if not later.entries or (first and first not in (listed.entries[last], listed.entries[0])):
        message = f"From number {last} on, the API does not go on with the message that it listed there."
        yield failure(topic, f"{message} Customers would not find their older mail.", _INDEX)
    elif first and first == listed.entries[0]:
        message = "The API begins with the same message again, whatever the index."
        yield failure(topic, f"{message} Customers would see the first page again and again.", _INDEX)
    elif len(later.entries) > 1 and len(listed.entries) < LISTED:
        message = f"The API gives at most {len(listed.entries)} messages at once; {LISTED} were asked for."
        yield ok(topic, f"{message} The portal goes on from there.")
    else:
        yield ok(topic, "The API goes on where it is told to.")


_INDEX: Final = "index must be the number of messages to leave out. Ask the API's operators."


def _total(seen: Observations, listed: Listing, later: Listing) -> Iterator[Finding]:
    counted, found = seen.counts.get("all"), len(listed.entries) + max(len(later.entries) - 1, 0)
    is_end = len(later.entries) < len(listed.entries)
    if counted is not None and (found > counted or (is_end and found < counted)):
        yield warning("Count", f"count says {counted}, and the list holds {found}.", _BADGES)


def _order(listed: Listing, setup: Setup) -> Iterator[Finding]:
    topic, dates = "Order", [message.date for message in listed.messages if message.date]
    if len(set(dates)) < 2:
        if dates:
            yield warning(topic, "No two messages have different dates, so the order is not known.", _MORE)
        return
    is_newest_first = all(one >= other for one, other in pairwise(dates))
    is_oldest_first = all(one <= other for one, other in pairwise(dates))
    if not is_newest_first and not is_oldest_first:
        message = "Messages come neither newest nor oldest first: customers would not find the newest one."
        yield failure(topic, message, "Check which key is taken for the date: another one may be in order.")
    elif is_oldest_first is setup.dialect.oldest_first:
        first = "oldest" if is_oldest_first else "newest"
        yield ok(topic, f"The {first} message comes first{', as you have set' if is_oldest_first else ''}.")
    else:
        found, order = ("oldest", "oldest_first") if is_oldest_first else ("newest", "newest_first")
        message = f"The API lists the {found} message first, and the portal takes it for the other way round:"
        message += " customers would see their oldest mail first."
        yield failure(topic, message, setup.place, setup.line("order", order))


def _future(listed: Listing, setup: Setup) -> Iterator[Finding]:
    soon = datetime.now(UTC) + timedelta(minutes=_SOON)
    later = [message for message in listed.messages if message.date and message.date > soon]
    if later:
        message = f"Dated in the future: {len(later)} of {len(listed.messages)} messages."
        message += " Dates without a zone may be in local time."
        yield warning("Date", message, setup.place, setup.line("zone", "Europe/Berlin"))


_SOON: Final = 5  # Minutes; clocks differ.
_MORE: Final = "Choose an address with more mail."


def _unread(seen: Observations) -> Iterator[Finding]:
    if seen.unread is None:
        return
    topic, counted, found = "Unread", seen.counts.get("unread", 0), len(seen.unread.entries)
    flags = [message.unread for message in seen.unread.messages if message.unread is not None]
    if flags and not any(flags):
        yield failure(
            topic,
            "Messages that the API lists as unread are taken for read: customers would not see which are new.",
            "Check which key and which words say whether a message is unread.",
        )
    elif flags and not all(flags):
        yield warning(topic, "Asked for unread messages, the API lists read ones too.", _BADGES)
    elif found > counted:
        yield warning(topic, f"count says {counted} unread messages, and the list has {found}.", _BADGES)


def _directions(listed: Listing, owner: Owner, setup: Setup) -> Iterator[Finding]:
    contrary = sum(_contradicts_itself(message, owner) for message in listed.messages)
    if contrary:
        yield failure(
            "Direction",
            f"{contrary} of {len(listed.messages)} messages say one direction, and their addresses another: what was"
            " received would be taken for sent, or for neither.",
            f"Say which words mean what. {setup.place}",
            setup.line("words", {"inbound": ["..."], "outbound": ["..."]}),
        )


def _contradicts_itself(message: Message, owner: Owner) -> bool:
    """Whether it is to the consumer and yet inbound, or from them and yet outbound, which the parser makes unknown.

    The API may deliver a consumer's message in the name of the securebox, as it does with web forms.
    """
    address, sender = owner.address.lower(), message.sender.address if message.sender else None
    if message.direction is Direction.INBOUND:
        is_to = any(party.address == address for party in message.recipients)
        return is_to and sender is not None and sender not in {address, *owner.box_addresses}
    return sender == address and message.direction is Direction.UNKNOWN
