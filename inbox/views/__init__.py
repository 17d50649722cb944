"""The pages, by area: all secureboxes, the list of one, a message, writing, saving, outgoing messages, and search."""

from inbox.views.autosave import save_draft
from inbox.views.boxes import home, unread_json
from inbox.views.compose import compose
from inbox.views.keeping import save_all, save_conversation, save_message, save_state
from inbox.views.listing import inbox
from inbox.views.message import body, details, message, set_view
from inbox.views.message_actions import delete, purge, withdraw
from inbox.views.outgoing import choose, close_notice, outgoing, outgoing_message, outgoing_state, receipt
from inbox.views.search import search
from inbox.views.selection import selected

__all__ = [
    "body",
    "choose",
    "close_notice",
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
    "save_all",
    "save_conversation",
    "save_draft",
    "save_message",
    "save_state",
    "search",
    "selected",
    "set_view",
    "unread_json",
    "withdraw",
]
