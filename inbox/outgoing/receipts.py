"""A receipt for a sent message: what was sent, when and where to, with a signature that the portal can verify."""

from datetime import UTC

from django.conf import settings
from django.core.signing import BadSignature, Signer

from inbox.models import OutgoingMessage
from inbox.outgoing.content import decrypt

DIGEST = "SHA-256 of the text"
_SIGNATURE = "Signature: "


class BadReceipt(Exception):
    """The receipt was not signed here, or was altered."""


def write(message: OutgoingMessage) -> str:
    """The receipt of a sent message, as plain text. Raises encryption.KeyMissing."""
    content, box = decrypt(message), message.securebox
    # The time of the attempt: the answer may have come much later.
    sent_at = message.claimed_at or message.saved_at
    facts = {
        "Receipt of": settings.PORTAL_NAME,
        "Sent": sent_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "From": content.address,
        "To": box.title,
        "Securebox": box.full_name or "(default)",
        "Message id": message.secure_mail_id or "(our messaging system gave none)",
        DIGEST: content.digest,
    }
    body = "".join(f"{name}: {_line(value)}\n" for name, value in facts.items())
    return f"{body}{_SIGNATURE}{_signer().signature(body)}\n"


def verify(text: str) -> dict[str, str]:
    """The fields of a genuine receipt.

    Raises BadReceipt unless `write` made it, with a SECRET_KEY still in use.
    """
    lines = text.replace("\r\n", "\n").strip("\n").split("\n")
    body, last = "".join(f"{line}\n" for line in lines[:-1]), lines[-1]
    if not last.startswith(_SIGNATURE):
        raise BadReceipt
    try:
        _signer().unsign(f"{body}:{last.removeprefix(_SIGNATURE).strip()}")
    except BadSignature:
        raise BadReceipt from None
    pairs = (line.partition(": ") for line in lines[:-1])
    return {name: value for name, _colon, value in pairs}


def _line(value: str) -> str:
    return " ".join(value.split())


def _signer() -> Signer:
    return Signer(salt="inbox.receipts", sep=":")
