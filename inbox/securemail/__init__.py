"""The client of the Secure Email API. It does not import Django.

`client.SecureMailClient` has one method for each of the API's six operations. Each call passes through

- `keys`: the key that the API accepts, where a `connection` has several;
- `transport`, over `portal.guarded_http`: one HTTP exchange, within a deadline and a size limit;
- `responses`: parse the JSON, and return the payload of a success or raise the matching error;
- `parsing`: build a `Message`, from the keys that `fields` lists and with the parsers in `values`; `composing`: the
  body of a new message. Both follow the `dialect`, in which an operator says what is different at this API.

`models` holds what the client takes and returns, `errors` what it raises. `response_shape` and `candidates` serve
`inbox.diagnosis`: they show an operator how the API's fields were understood.
"""

from inbox.securemail.client import Removal, SecureMailClient, Status
from inbox.securemail.connection import Connection
from inbox.securemail.dialect import Dialect
from inbox.securemail.errors import (
    BadAnswer,
    Misconfigured,
    NotFound,
    Rejected,
    SecureMailError,
    TooLong,
    Unauthorised,
    Unavailable,
)
from inbox.securemail.fields import COMPOSE_FIELDS, MESSAGE_FIELDS
from inbox.securemail.models import (
    Attachments,
    Direction,
    Hidden,
    Listing,
    Message,
    NewMessage,
    Owner,
    Party,
    Sent,
)
from inbox.securemail.response_shape import ResponseShape
from inbox.securemail.transport import Timeouts

__all__ = [
    "COMPOSE_FIELDS",
    "MESSAGE_FIELDS",
    "Attachments",
    "BadAnswer",
    "Connection",
    "Dialect",
    "Direction",
    "Hidden",
    "Listing",
    "Message",
    "Misconfigured",
    "NewMessage",
    "NotFound",
    "Owner",
    "Party",
    "Rejected",
    "Removal",
    "ResponseShape",
    "SecureMailClient",
    "SecureMailError",
    "Sent",
    "Status",
    "Timeouts",
    "TooLong",
    "Unauthorised",
    "Unavailable",
]
