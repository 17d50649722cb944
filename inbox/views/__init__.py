"""The pages, by area: all secureboxes, the list of one, a message, writing, and outgoing messages."""

from inbox.views.autosave import save_draft
from inbox.views.boxes import home, unread_json
from inbox.views.compose import compose
from inbox.views.listing import inbox, selected
from inbox.views.message import body, delete, details, message, purge, set_view, withdraw
from inbox.views.outgoing import choose, outgoing, outgoing_message, outgoing_state, receipt

__all__ = [
    "body",
    "choose",
    "compose",
    "delete",
    "details",
    "home",
    "inbox",
    "message",
    "outgoing",
    "outgoing_message",
    "outgoing_state",
    "purge",
    "receipt",
    "save_draft",
    "selected",
    "set_view",
    "unread_json",
    "withdraw",
]
