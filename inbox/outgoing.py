"""What becomes of a message that a consumer wrote."""

import uuid

from inbox import unread
from inbox.access import Mailbox
from inbox.securemail import Compose, Sent
from portal.accounts.models import Consumer


def send_message(mailbox: Mailbox, consumer: Consumer, subject: str, text: str) -> Sent:
    """Hand the message over to upstream, once.

    Raises the errors of `inbox.securemail`; where an error's `certainly_not_sent` is false, nobody can know yet
    whether the message arrived, and the consumer must be told so.
    """
    compose = Compose(
        address=mailbox.address,
        first_name=consumer.first_name,
        last_name=consumer.last_name,
        subject=subject,
        text=text,
    )
    try:
        return mailbox.send(compose, str(uuid.uuid4()))
    finally:
        unread.forget(mailbox)
