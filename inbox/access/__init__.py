"""The door: the only package that decides which consumer may see which mail.

`opening` says which secureboxes are theirs, and gives a `mailbox` for each. A message id enters the portal only in an
API answer to a listing for the consumer's verified address in one securebox, or to sending a message from it, and
leaves it only as a signed reference. A message that is not the consumer's and one that does not exist give the same
404.
"""

from inbox.access.mailbox import Mailbox, Status
from inbox.access.opening import (
    allowed_slugs,
    is_still_open,
    mailbox_of,
    mailboxes_of,
    open_mailbox,
    open_mailboxes,
    records_for,
)

__all__ = (
    "Mailbox",
    "Status",
    "allowed_slugs",
    "is_still_open",
    "mailbox_of",
    "mailboxes_of",
    "open_mailbox",
    "open_mailboxes",
    "records_for",
)
