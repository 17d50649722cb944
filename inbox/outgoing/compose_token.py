"""The signed name of a compose form.

A form that was handed out carries whose it is and what it is for. So its words can be kept even when they come
back after the session has ended, and can be kept under no other account, box or message.
"""

import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare

from portal.accounts.models import Consumer

# How long after it was handed out a form's words are kept without its writer being signed in.
SIGNED_OUT = timedelta(hours=12)

_SALT = "inbox.compose"


class BadForm(Exception):
    """The form was not handed out here, or too long ago."""


@dataclass(frozen=True)
class Form:
    """`nonce` stands for one message, however often its form is posted; `reply` is a reference, or empty.

    `lock` changes with the consumer's password.
    """

    consumer_id: int
    slug: str
    reply: str = ""
    nonce: uuid.UUID = field(default_factory=uuid.uuid4)
    lock: str = ""

    def is_locked_by(self, consumer: Consumer) -> bool:
        before = (_short(known) for known in consumer.get_session_auth_fallback_hash())
        return any(constant_time_compare(self.lock, lock) for lock in (_lock(consumer), *before))


def hand_out(consumer: Consumer, slug: str, reply: str = "", nonce: uuid.UUID | None = None) -> Form:
    """A form for a new message, or for the draft with this nonce."""
    return Form(consumer.pk, slug, reply, nonce or uuid.uuid4(), _lock(consumer))


def sign(form: Form) -> str:
    return signing.dumps([form.consumer_id, form.slug, form.reply, form.nonce.hex, form.lock], salt=_SALT)


def read(signed: str, *, signed_in: bool = True) -> Form:
    """Raises BadForm, also where the form is so old that its message may have been sent and forgotten since."""
    lifetime = timedelta(days=settings.PORTAL_DRAFT_DAYS) if signed_in else SIGNED_OUT
    try:
        consumer_id, slug, reply, nonce, lock = signing.loads(signed, salt=_SALT, max_age=lifetime)
    except signing.BadSignature:
        raise BadForm from None
    return Form(consumer_id, slug, reply, uuid.UUID(nonce), lock)


def owner(signed: str) -> int | None:
    """The consumer whom the form was handed out to, however long ago; None where it was not handed out here."""
    try:
        consumer_id: int = signing.loads(signed, salt=_SALT)[0]
    except signing.BadSignature:
        return None
    return consumer_id


def _lock(consumer: Consumer) -> str:
    return _short(consumer.get_session_auth_hash())


def _short(known: str) -> str:
    return known[:16]
