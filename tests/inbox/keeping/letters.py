"""Messages to keep, without an API."""

from datetime import UTC, datetime

from inbox.access import Mailbox
from inbox.entries import Entry
from inbox.models import Securebox
from inbox.references import sign
from inbox.securemail import Direction, Message, Party
from portal.accounts.models import Consumer

ALICE = "alice@example.com"
READER = Consumer(pk=1, email=ALICE, first_name="Alice", last_name="Example")
MAILBOX = Mailbox(1, ALICE, Securebox(slug="claims", name="Claims01", title="Claims"))
MOMENT = datetime(2024, 11, 3, 14, 5, tzinfo=UTC)


def entry(message_id="m1", *, own=False, sender="Anna Berg", **fields):
    """A received message, or one of Alice's own."""
    direction = Direction.INBOUND if own else Direction.OUTBOUND
    given = {"subject": "Your claim", "text": "Hello", "date": MOMENT, "sender": Party(name=sender), **fields}
    message = Message(id=message_id, direction=direction, **given)
    return Entry(direction, message, lambda: sign(ALICE, "Claims01", message_id, direction))
