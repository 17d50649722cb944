"""Codes that carry a consumer from a frame to a window of its own: good once, for a minute, kept as a digest."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any, Final

from allauth.usersessions.models import UserSession
from django.utils import timezone

from portal.accounts.models import Consumer, WindowCode

_BYTES: Final = 32
_LIFE: Final = timedelta(seconds=60)


def issue(
    consumer: Consumer, proofs: list[dict[str, Any]], next_path: str, session: UserSession | None = None
) -> str:
    """A new code. `proofs` are django-allauth's records of how they proved who they are, `session` the row of where.

    Without a session it comes from a token: there is none that it could outlive.
    """
    code = secrets.token_urlsafe(_BYTES)
    WindowCode.objects.create(
        digest=_digest(code),
        consumer=consumer,
        session=session,
        proofs=proofs,
        next=next_path,
        expires_at=timezone.now() + _LIFE,
    )
    return code


def find(code: str) -> WindowCode | None:
    """Whom it would sign in. Looking uses nothing up.

    None where it is unknown, used or too old, or the session that it comes from is over.
    """
    known = WindowCode.objects.filter(digest=_digest(code), expires_at__gt=timezone.now())
    found = known.select_related("consumer", "session").first()
    if found is None or (found.session and found.session.purge()):
        return None
    return found


def redeem(found: WindowCode) -> bool:
    """Use it up. False where somebody was quicker: of any number at once, one succeeds."""
    deleted, _by_model = WindowCode.objects.filter(pk=found.pk, expires_at__gt=timezone.now()).delete()
    return bool(deleted)


def _digest(code: str) -> str:
    """The code is 256 random bits: a plain hash of it tells nothing."""
    return hashlib.sha256(code.encode()).hexdigest()
