"""Checks for messages that the portal hides, since they name another address or another securebox."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from inbox.diagnosis.calls import Observations
from inbox.diagnosis.setup import Setup
from inbox.securemail import Hidden, Message, Owner
from portal.findings import Finding, failure, ok

_TOPIC: Final = "Hidden"
_MAX_NAMES: Final = 3
# What may be shown of a box's name: not what could be an address or a sentence.
_NAME: Final = re.compile(r"[\w .&/-]{1,40}")


def check(seen: Observations, owner: Owner, setup: Setup) -> Iterator[Finding]:
    listed = seen.listed.messages if seen.listed else ()
    hidden = [message for message in listed if message.hidden_from(owner)]
    if hidden:
        yield from _hidden(hidden, f"{len(listed)} listed messages", owner, setup)
    shown = {message.id for message in listed} - {message.id for message in hidden}
    # Of what the list shows, a message that is hidden once it is opened would be an error page.
    opened = [message for message in seen.opened if message.hidden_from(owner) and message.id in shown]
    if opened:
        yield from _hidden(opened, f"{len(seen.opened)} opened messages", owner, setup)
    if listed and not hidden and not opened:
        yield ok(_TOPIC, "No message names another address or another securebox.")


def _hidden(hidden: Sequence[Message], all_: str, owner: Owner, setup: Setup) -> Iterator[Finding]:
    by_rule = {rule: [message for message in hidden if message.hidden_from(owner) is rule] for rule in Hidden}
    if messages := by_rule[Hidden.OTHER_SECUREBOX]:
        yield failure(
            _TOPIC,
            f"{len(messages)} of the {all_} are hidden: each {Hidden.OTHER_SECUREBOX}{_names(messages)}.",
            "If that is this box, add the name to its other names in the admin, or:",
            'manage.py securebox SLUG --alias "..."',
        )
    if messages := by_rule[Hidden.OTHER_ADDRESS]:
        yield failure(
            _TOPIC,
            f"{len(messages)} of the {all_} are hidden: each {Hidden.OTHER_ADDRESS}, and not the customer's."
            f"{_ends(messages)}",
            f"If those are the company's own addresses, say so. {setup.place}",
            setup.line("box_addresses", ["..."]),
        )


def _names(messages: Sequence[Message]) -> str:
    named = dict.fromkeys(message.securebox or "" for message in messages)
    names = [name for name in named if _NAME.fullmatch(name)]
    return f" ({', '.join(names[:_MAX_NAMES])})" if names else ""


def _ends(messages: Sequence[Message]) -> str:
    """Whether they name the same address as sender and as recipient, as a box's own would be."""
    same = [
        message
        for message in messages
        if message.sender and {party.address for party in message.recipients} == {message.sender.address}
    ]
    return f" In {len(same)}, sender and recipient are the same." if same else ""
