"""Rows of outgoing messages in the states that operators are shown."""

import uuid
from typing import Any

from inbox.models import OutgoingMessage, Securebox
from portal.accounts.models import Consumer


def outgoing(consumer: Consumer, securebox: Securebox, state: str, **fields: Any) -> OutgoingMessage:
    return OutgoingMessage.objects.create(
        nonce=uuid.uuid4(), consumer=consumer, securebox=securebox, state=state, **fields
    )
