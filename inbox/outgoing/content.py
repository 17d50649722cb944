"""The text of an outgoing message, and how it is stored."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from uuid import UUID

from inbox.models import OutgoingMessage
from portal import encryption
from portal.characters import one_line, tidied


@dataclass(frozen=True)
class Extra:
    """What was typed into an extra field of the securebox, under the label that it had.

    It is sent unless `asked` is False: then the securebox has stopped asking for it, and the page has said so.
    """

    key: str
    label: str
    value: str
    asked: bool = True


@dataclass(frozen=True)
class Content:
    """What the consumer typed. Once it was sent or discarded, only its hashes and the sender address are left.

    `quote` is the earlier message, sent along if `include_quote` is set. `digest` is the hash of the text as it
    is sent, with the extra fields, for the receipt. `mark` is the hash of subject and text, by which messages with the
    same words are recognised. Rows are stored under these field names.
    """

    subject: str = ""
    text: str = ""
    quote: str = ""
    include_quote: bool = False
    address: str = ""
    digest: str = ""
    mark: str = ""
    extra: tuple[Extra, ...] = ()

    def message(self) -> str:
        """The text as it is sent: what was typed, then the quote if it is included."""
        quote = self.quote.strip("\n")
        return f"{self.text}\n\n{quote}" if quote and self.include_quote else self.text

    @property
    def filled_in(self) -> tuple[Extra, ...]:
        """The extra fields that are sent."""
        return tuple(one for one in self.extra if one.asked)

    def erased(self) -> "Content":
        """The part that is kept after the message was sent or discarded."""
        return Content(address=self.address, digest=self.compute_digest(), mark=self.compute_mark())

    def prepared_for(self, address: str) -> "Content":
        """The same text with the address it is sent from and its hashes."""
        return replace(self, address=address, digest=self.compute_digest(), mark=self.compute_mark())

    def compute_digest(self) -> str:
        """The stored digest, or that of the text and, below it, a line for each extra field."""
        lines = "".join(f"\n{one.label}: {one.value}" for one in self.filled_in)
        return self.digest or digest(f"{self.message()}\n{lines}" if lines else self.message())

    def compute_mark(self) -> str:
        """The stored mark, or the text's if it has not been stored yet."""
        return self.mark or digest(f"{self.subject}\n{self.message()}")

    def is_blank(self) -> bool:
        return not "".join((self.subject, self.text, *(one.value for one in self.extra))).strip()

    def length(self) -> int:
        """How many characters were typed or quoted."""
        extra = sum(len(one.label) + len(one.value) for one in self.extra)
        return len(self.subject) + len(self.text) + len(self.quote) + extra


def differs_from(content: Content, message: OutgoingMessage) -> bool:
    """Whether there is text in `content` other than what the message was sent or discarded with.

    True if the message cannot be decrypted: in doubt, the text is treated as new, and so is kept.
    """
    try:
        known = decrypt(message)
    except encryption.KeyMissing:
        return True
    # The compose form tidies the fields before the message is sent, and strips most of them.
    cleaned = replace(
        content,
        subject=one_line(content.subject).strip(),
        text=tidied(content.text).strip(),
        quote=tidied(content.quote),
        extra=tuple(replace(one, value=one_line(one.value).strip()) for one in content.extra),
    )
    return bool(cleaned.text) and _hashes(known) not in (_hashes(content), _hashes(cleaned))


def _hashes(content: Content) -> tuple[str, str]:
    return content.compute_mark(), content.compute_digest()


def digest(text: str) -> str:
    """SHA-256 of the text in UTF-8, as hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def encrypt(content: Content, consumer_id: int, nonce: UUID) -> str:
    """Encrypt for one row. Copied into another row, the result cannot be decrypted."""
    fields = asdict(content)
    if not content.extra:
        del fields["extra"]  # Processes of a release without it can then read the row.
    return encryption.encrypt(json.dumps([consumer_id, nonce.hex, fields], ensure_ascii=False))


def decrypt(message: OutgoingMessage) -> Content:
    """Raises encryption.KeyMissing."""
    consumer_id, nonce, fields = json.loads(encryption.decrypt(message.encrypted_content))
    if (consumer_id, nonce) != (message.consumer_id, message.nonce.hex):
        raise encryption.KeyMissing
    extra = tuple(Extra(**one) for one in fields.pop("extra", ()))
    return Content(**fields, extra=extra)


def erase(message: OutgoingMessage) -> str:
    """The message's encrypted content without its text. Raises encryption.KeyMissing."""
    return encrypt(decrypt(message).erased(), message.consumer_id, message.nonce)
