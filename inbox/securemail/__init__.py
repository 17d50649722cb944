"""The Secure Email API's client: `SecureMailClient`, what it returns and raises. No Django in here."""

from inbox.securemail.client import Removal, SecureMailClient, Status
from inbox.securemail.errors import BadAnswer, NotFound, Rejected, SecureMailError, Unauthorised, Unavailable
from inbox.securemail.models import (
    COMPOSE_FIELDS,
    MESSAGE_FIELDS,
    Compose,
    Direction,
    Listing,
    Message,
    Party,
    Sent,
)
from inbox.securemail.response_shape import Observation
from inbox.securemail.transport import Timeouts

__all__ = [
    "COMPOSE_FIELDS",
    "MESSAGE_FIELDS",
    "BadAnswer",
    "Compose",
    "Direction",
    "Listing",
    "Message",
    "NotFound",
    "Observation",
    "Party",
    "Rejected",
    "Removal",
    "SecureMailClient",
    "SecureMailError",
    "Sent",
    "Status",
    "Timeouts",
    "Unauthorised",
    "Unavailable",
]
