"""How many messages are unread, as a poll asks and as the cache has it."""

from inbox import unread
from inbox.unread_refresh import Refresh


def refreshed_count(mailbox, seconds=60):
    """As a poll does."""
    return Refresh(unread.Counts([mailbox]), [mailbox], seconds).wait()[mailbox.securebox.slug]


def cached_count(mailbox):
    return unread.look_up([mailbox])[mailbox.securebox.slug]
