"""The words of an outgoing message, and the form in which they are kept."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from uuid import UUID

from inbox import encryption
from inbox.models import OutgoingMessage


@dataclass(frozen=True)
class Content:
    """What was typed; once it was sent, no more than the digest of the text and the address it was sent from.

    `quote` is the earlier message, and `include_quote` whether it goes along.
    """

    subject: str = ""
    text: str = ""
    quote: str = ""
    include_quote: bool = False
    address: str = ""
    digest: str = ""

    def message(self) -> str:
        """The text as it is sent: what was typed, then the quote, where it is wanted."""
        quote = self.quote.strip("\n")
        return f"{self.text}\n\n{quote}" if quote and self.include_quote else self.text

    def erased(self) -> "Content":
        """What is left once the words are with the contact centre, or were thrown away."""
        return Content(address=self.address, digest=self.digest or digest(self.message()))

    def about_to_be_sent(self, address: str) -> "Content":
        return replace(self, address=address, digest=digest(self.message()))


def adds_to(content: Content, message: OutgoingMessage) -> bool:
    """Whether this text is another than the message was sent or thrown away with. False where nobody can tell."""
    try:
        known = unseal(message).digest
    except encryption.KeyMissing:
        return False
    as_sent = replace(content, text=content.text.strip())
    return bool(as_sent.text and known) and known not in (
        digest(content.message()),
        digest(as_sent.message()),
    )


def digest(text: str) -> str:
    """SHA-256 of the text in UTF-8, as hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def seal(content: Content, consumer_id: int, nonce: UUID) -> str:
    """Encrypted for one row: put into another, it is as unreadable as under a wrong key."""
    return encryption.encrypt(json.dumps([consumer_id, nonce.hex, asdict(content)]))


def unseal(message: OutgoingMessage) -> Content:
    """Raises encryption.KeyMissing."""
    consumer_id, nonce, fields = json.loads(encryption.decrypt(message.sealed))
    if (consumer_id, nonce) != (message.consumer_id, message.nonce.hex):
        raise encryption.KeyMissing
    return Content(**fields)
