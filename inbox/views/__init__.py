"""The pages, by area: the boxes, a box's list, one message, writing."""

from inbox.views.boxes import home, unread_json
from inbox.views.compose import compose
from inbox.views.listing import inbox, selected
from inbox.views.message import body, delete, details, message, purge, withdraw

__all__ = [
    "body",
    "compose",
    "delete",
    "details",
    "home",
    "inbox",
    "message",
    "purge",
    "selected",
    "unread_json",
    "withdraw",
]
