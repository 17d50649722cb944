"""The signed token in a compose form: which consumer it was issued to, and for which message.

It lets the portal save a text that is posted after the session has ended, and only for the account, securebox and
message that the form was made for.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from portal.accounts.models import Consumer

# How long after a token was issued a text is saved for a signed-out consumer.
SIGNED_OUT = timedelta(hours=12)

_SALT = "inbox.compose"


class BadToken(Exception):
    """The token was not issued here, or too long ago."""


@dataclass(frozen=True)
class ComposeToken:
    """`nonce` identifies one message, however often its form is posted; `reply` is a reference, or empty.

    `password_fingerprint` changes with the consumer's password.
    """

    consumer_id: int
    slug: str
    reply: str = ""
    nonce: uuid.UUID = field(default_factory=uuid.uuid4)
    password_fingerprint: str = ""

    def matches_password(self, consumer: Consumer) -> bool:
        """Whether the consumer's password is the one they had when the token was issued."""
        # The fallback hashes are those made with older values of SECRET_KEY that are still accepted.
        hashes = (consumer.get_session_auth_hash(), *consumer.get_session_auth_fallback_hash())
        return any(constant_time_compare(self.password_fingerprint, _fingerprint(one)) for one in hashes)


def issue(consumer: Consumer, slug: str, reply: str = "", nonce: uuid.UUID | None = None) -> ComposeToken:
    """A token for a new message, or for the draft with this nonce."""
    fingerprint = _fingerprint(consumer.get_session_auth_hash())
    return ComposeToken(consumer.pk, slug, reply, nonce or uuid.uuid4(), fingerprint)


def sign(token: ComposeToken) -> str:
    fields = [token.consumer_id, token.slug, token.reply, token.nonce.hex, token.password_fingerprint]
    return signing.dumps(fields, salt=_SALT)


def read(signed: str, *, signed_in: bool = True) -> ComposeToken:
    """Raises BadToken.

    A token expires with the drafts: after that, the row of its message may have been deleted, and the form could
    send the message a second time.
    """
    lifetime = timedelta(days=settings.PORTAL_DRAFT_DAYS) if signed_in else SIGNED_OUT
    try:
        consumer_id, slug, reply, nonce, fingerprint = signing.loads(signed, salt=_SALT, max_age=lifetime)
    except signing.BadSignature:
        raise BadToken from None
    return ComposeToken(consumer_id, slug, reply, uuid.UUID(nonce), fingerprint)


def is_issued_before(moment: datetime, signed: str) -> bool:
    """Of a token that `read` accepts."""
    try:
        signing.loads(signed, salt=_SALT, max_age=timezone.now() - moment)
    except signing.SignatureExpired:
        return True
    return False


def owner_id(signed: str) -> int | None:
    """The id of the consumer the token was issued to, even if it has expired; None if it was not issued here."""
    try:
        consumer_id: int = signing.loads(signed, salt=_SALT)[0]
    except signing.BadSignature:
        return None
    return consumer_id


def _fingerprint(session_auth_hash: str) -> str:
    return session_auth_hash[:16]
