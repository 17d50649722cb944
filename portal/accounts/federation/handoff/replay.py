"""Replay protection: each token opens one session."""

from portal.accounts import single_use
from portal.accounts.federation.errors import TokenExpired
from portal.accounts.federation.handoff.tokens import VerifiedToken


def spend(token: VerifiedToken) -> None:
    """Use the token up. Of several requests at once, one succeeds; the others raise TokenExpired, as all later ones."""
    if not single_use.use_up(_name(token.identity.issuer, token.token_id), token.expires_at):
        raise TokenExpired("the token was used already")


def is_spent(issuer: str, token_id: str) -> bool:
    return single_use.is_used_up(_name(issuer, token_id))


def _name(issuer: str, token_id: str) -> str:
    return f"{issuer}\n{token_id}"
