"""The signed name of a compose form.

A form that was handed out carries whose it is and what it is for. So its words can be kept even when they come
back after the session has ended, and can be kept under no other account, box or message.
"""

import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.core import signing

_SALT = "inbox.compose"


class BadForm(Exception):
    """The form was not handed out here, or too long ago."""


@dataclass(frozen=True)
class Form:
    """`nonce` stands for one message, however often its form is posted; `reply` is a reference, or empty."""

    consumer_id: int
    slug: str
    reply: str = ""
    nonce: uuid.UUID = field(default_factory=uuid.uuid4)


def sign(form: Form) -> str:
    return signing.dumps([form.consumer_id, form.slug, form.reply, form.nonce.hex], salt=_SALT)


def read(signed: str) -> Form:
    """Raises BadForm, also where the form is so old that its message may have been sent and forgotten since."""
    lifetime = timedelta(days=settings.PORTAL_DRAFT_DAYS)
    try:
        consumer_id, slug, reply, nonce = signing.loads(signed, salt=_SALT, max_age=lifetime)
    except signing.BadSignature:
        raise BadForm from None
    return Form(consumer_id, slug, reply, uuid.UUID(nonce))
