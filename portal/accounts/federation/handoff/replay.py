"""Replay protection: each token opens one session.

Used tokens are recorded in the database, not in the cache, which may lose entries.
"""

import hashlib

from django.db import IntegrityError, transaction

from portal.accounts.federation.errors import TokenExpired
from portal.accounts.federation.handoff.tokens import VerifiedToken
from portal.accounts.models import SpentToken


def spend(token: VerifiedToken) -> None:
    """Use the token up. Of several requests at once, one succeeds; the others raise TokenExpired, as all later ones."""
    digest = _digest(token.identity.issuer, token.token_id)
    try:
        with transaction.atomic():
            SpentToken.objects.create(digest=digest, expires_at=token.expires_at)
    except IntegrityError:
        raise TokenExpired("the token was used already") from None


def is_spent(issuer: str, token_id: str) -> bool:
    return SpentToken.objects.filter(digest=_digest(issuer, token_id)).exists()


def _digest(issuer: str, token_id: str) -> str:
    return hashlib.sha256(f"{issuer}\n{token_id}".encode()).hexdigest()
