"""The words of an outgoing message, and the form in which they are kept."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from uuid import UUID

from inbox.models import OutgoingMessage
from portal import encryption


@dataclass(frozen=True)
class Content:
    """What was typed; once it was sent, no more than digests and the address it was sent from.

    `quote` is the earlier message, and `include_quote` whether it goes along. `digest` is that of the text, for the
    receipt; `mark` that of subject and text, to tell equal messages.
    """

    subject: str = ""
    text: str = ""
    quote: str = ""
    include_quote: bool = False
    address: str = ""
    digest: str = ""
    mark: str = ""

    def message(self) -> str:
        """The text as it is sent: what was typed, then the quote, where it is wanted."""
        quote = self.quote.strip("\n")
        return f"{self.text}\n\n{quote}" if quote and self.include_quote else self.text

    def erased(self) -> "Content":
        """What is left once the words are with the contact centre, or were thrown away."""
        return Content(
            address=self.address, digest=self.digest or digest(self.message()), mark=self.own_mark()
        )

    def about_to_be_sent(self, address: str) -> "Content":
        return replace(self, address=address, digest=digest(self.message()), mark=self.own_mark())

    def own_mark(self) -> str:
        """The mark, also where the words are still here and it was not written down yet."""
        return self.mark or digest(f"{self.subject}\n{self.message()}")

    def is_blank(self) -> bool:
        return not (self.subject.strip() or self.text.strip())


def adds_to(content: Content, message: OutgoingMessage) -> bool:
    """Whether these words are others than the message was sent or thrown away with; True where nobody can tell."""
    try:
        known = unseal(message).own_mark()
    except encryption.KeyMissing:
        return True
    as_sent = replace(content, subject=content.subject.strip(), text=content.text.strip())
    return bool(as_sent.text) and known not in (content.own_mark(), as_sent.own_mark())


def digest(text: str) -> str:
    """SHA-256 of the text in UTF-8, as hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def seal(content: Content, consumer_id: int, nonce: UUID) -> str:
    """Encrypted for one row: put into another, it is as unreadable as under a wrong key."""
    return encryption.encrypt(json.dumps([consumer_id, nonce.hex, asdict(content)], ensure_ascii=False))


def unseal(message: OutgoingMessage) -> Content:
    """Raises encryption.KeyMissing."""
    consumer_id, nonce, fields = json.loads(encryption.decrypt(message.encrypted_content))
    if (consumer_id, nonce) != (message.consumer_id, message.nonce.hex):
        raise encryption.KeyMissing
    return Content(**fields)
