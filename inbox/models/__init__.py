from inbox.extra_fields import ExtraField
from inbox.models.holiday import Holiday
from inbox.models.outgoing import OutgoingMessage, SendingMark
from inbox.models.securebox import Securebox, validate_aliases, validate_details
from inbox.models.withdrawn import WithdrawnMessage

__all__ = (
    "ExtraField",
    "Holiday",
    "OutgoingMessage",
    "Securebox",
    "SendingMark",
    "WithdrawnMessage",
    # Migrations name these two.
    "validate_aliases",
    "validate_details",
)
