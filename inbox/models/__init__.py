from inbox.extra_fields import ExtraField
from inbox.models.holiday import Holiday
from inbox.models.outgoing import LIMITED, OutgoingMessage, OutgoingRows, SendingMark
from inbox.models.securebox import Securebox, validate_aliases, validate_details
from inbox.models.withdrawn import WithdrawnMessage

__all__ = (
    "LIMITED",
    "ExtraField",
    "Holiday",
    "OutgoingMessage",
    "OutgoingRows",
    "Securebox",
    "SendingMark",
    "WithdrawnMessage",
    # Migrations name these two.
    "validate_aliases",
    "validate_details",
)
