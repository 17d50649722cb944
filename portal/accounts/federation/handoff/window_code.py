"""One-time codes that carry a customer from a frame to a window of its own.

A code is valid for a minute and can be used once. Only its digest is stored.
"""

import hashlib
import secrets
from datetime import timedelta
from typing import Any, Final

from allauth.usersessions.models import UserSession
from django.utils import timezone

from portal.accounts.models import Consumer, WindowCode

_BYTES: Final = 32
_LIFETIME: Final = timedelta(seconds=60)


def issue(
    consumer: Consumer, proofs: list[dict[str, Any]], next_path: str, session: UserSession | None = None
) -> str:
    """A new code. `proofs` are django-allauth's authentication records of the frame's session.

    `session` is that session: the code, and the session that it opens, do not outlive it. A code that was issued for a
    token has no such session.
    """
    code = secrets.token_urlsafe(_BYTES)
    WindowCode.objects.create(
        digest=_digest(code),
        consumer=consumer,
        session=session,
        proofs=proofs,
        next=next_path,
        expires_at=timezone.now() + _LIFETIME,
    )
    return code


def find(code: str) -> WindowCode | None:
    """The row of a valid code, without using it up. A code is invalid too when the session it comes from is over."""
    valid = WindowCode.objects.filter(digest=_digest(code), expires_at__gt=timezone.now())
    found = valid.select_related("consumer", "session").first()
    # `purge` deletes the row of a session that is over, and says whether it did.
    if found is None or (found.session and found.session.purge()):
        return None
    return found


def redeem(found: WindowCode) -> bool:
    """Use the code up. Of several requests at once, one gets True."""
    deleted, _by_model = WindowCode.objects.filter(pk=found.pk, expires_at__gt=timezone.now()).delete()
    return bool(deleted)


def _digest(code: str) -> str:
    """A plain hash is enough: the code is 256 random bits, which cannot be guessed from it."""
    return hashlib.sha256(code.encode()).hexdigest()
