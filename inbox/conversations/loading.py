"""The conversations of messages that a page has read, with what the portal itself knows of them."""

from collections.abc import Mapping, Sequence

from inbox.access import Mailbox
from inbox.conversations import withdrawn
from inbox.conversations.conversation import Conversation
from inbox.conversations.grouping import group
from inbox.entries import Entry
from inbox.outgoing import queries


def conversations(listed: Mapping[Mailbox, Sequence[Entry]]) -> dict[Mailbox, tuple[Conversation, ...]]:
    """The conversations of each mailbox, the newest first. The mailboxes are one consumer's. Two queries in all.

    `listed` has the messages of each, the newest first. Messages of two mailboxes are never in one conversation.
    """
    sent = {
        mailbox: [entry.message.id for entry in entries if entry.is_own]
        for mailbox, entries in listed.items()
    }
    answers, known = queries.answered_by(sent), withdrawn.among(listed)
    return {mailbox: group(entries, answers[mailbox], known[mailbox]) for mailbox, entries in listed.items()}
