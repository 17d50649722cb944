"""The text of an outgoing message, and how it is stored."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from uuid import UUID

from inbox.models import OutgoingMessage
from portal import encryption
from portal.characters import one_line, tidied


@dataclass(frozen=True)
class Content:
    """What the consumer typed. Once it was sent or discarded, only its hashes and the sender address are left.

    `quote` is the earlier message, sent along if `include_quote` is set. `digest` is the hash of the text as it
    is sent, for the receipt. `mark` is the hash of subject and text, by which messages with the same words are
    recognised. Rows are stored under these field names.
    """

    subject: str = ""
    text: str = ""
    quote: str = ""
    include_quote: bool = False
    address: str = ""
    digest: str = ""
    mark: str = ""

    def message(self) -> str:
        """The text as it is sent: what was typed, then the quote if it is included."""
        quote = self.quote.strip("\n")
        return f"{self.text}\n\n{quote}" if quote and self.include_quote else self.text

    def erased(self) -> "Content":
        """The part that is kept after the message was sent or discarded."""
        return Content(
            address=self.address,
            digest=self.digest or digest(self.message()),
            mark=self.compute_mark(),
        )

    def prepared_for(self, address: str) -> "Content":
        """The same text with the address it is sent from and its hashes."""
        return replace(self, address=address, digest=digest(self.message()), mark=self.compute_mark())

    def compute_mark(self) -> str:
        """The stored mark, or the text's if it has not been stored yet."""
        return self.mark or digest(f"{self.subject}\n{self.message()}")

    def is_blank(self) -> bool:
        return not (self.subject.strip() or self.text.strip())


def differs_from(content: Content, message: OutgoingMessage) -> bool:
    """Whether there is text in `content` other than what the message was sent or discarded with.

    True if the message cannot be decrypted: in doubt, the text is treated as new, and so is kept.
    """
    try:
        known = decrypt(message).compute_mark()
    except encryption.KeyMissing:
        return True
    # The compose form tidies the fields before the message is sent, and strips two of them.
    cleaned = replace(
        content,
        subject=one_line(content.subject).strip(),
        text=tidied(content.text).strip(),
        quote=tidied(content.quote),
    )
    return bool(cleaned.text) and known not in (content.compute_mark(), cleaned.compute_mark())


def digest(text: str) -> str:
    """SHA-256 of the text in UTF-8, as hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def encrypt(content: Content, consumer_id: int, nonce: UUID) -> str:
    """Encrypt for one row. Copied into another row, the result cannot be decrypted."""
    return encryption.encrypt(json.dumps([consumer_id, nonce.hex, asdict(content)], ensure_ascii=False))


def decrypt(message: OutgoingMessage) -> Content:
    """Raises encryption.KeyMissing."""
    consumer_id, nonce, fields = json.loads(encryption.decrypt(message.encrypted_content))
    if (consumer_id, nonce) != (message.consumer_id, message.nonce.hex):
        raise encryption.KeyMissing
    return Content(**fields)


def erase(message: OutgoingMessage) -> str:
    """The message's encrypted content without its text. Raises encryption.KeyMissing."""
    return encrypt(decrypt(message).erased(), message.consumer_id, message.nonce)
