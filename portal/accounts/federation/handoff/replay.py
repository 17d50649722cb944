"""Which tokens were used. The database says so, not the cache: a token must open one session, whatever else fails."""

import hashlib

from django.db import IntegrityError, transaction

from portal.accounts.federation.handoff.failures import AskAgain
from portal.accounts.federation.handoff.readings import GoodToken
from portal.accounts.models import SpentToken


def spend(good: GoodToken) -> None:
    """Use the token up. Raises AskAgain where that was done before: of any number at once, one succeeds."""
    digest = _digest(good.identity.issuer, good.token_id)
    try:
        with transaction.atomic():
            SpentToken.objects.create(digest=digest, expires_at=good.over_at)
    except IntegrityError:
        raise AskAgain("the token was used already") from None


def is_spent(issuer: str, token_id: str) -> bool:
    return SpentToken.objects.filter(digest=_digest(issuer, token_id)).exists()


def _digest(issuer: str, token_id: str) -> str:
    return hashlib.sha256(f"{issuer}\n{token_id}".encode()).hexdigest()
