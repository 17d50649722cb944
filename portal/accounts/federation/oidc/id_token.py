"""Whether an ID token is what it claims to be, and who comes with it.

The checks are those of OpenID Connect Core 1.0, section 3.1.3.7. None is left out because the token came straight
from the provider: the signature is checked as if it had come through the browser.
"""

from typing import Any, Final

import jwt
from django.conf import settings
from django.utils.crypto import constant_time_compare

from portal.accounts.federation import identity, jwks
from portal.accounts.federation.errors import NotProved
from portal.accounts.federation.identity import Identity
from portal.accounts.federation.oidc import discovery

_LEEWAY: Final = 60  # Seconds by which the provider's clock may differ from ours.


def identify(token: str, nonce: str) -> Identity:
    """Who the token is about, once it is known to be the provider's answer to the sign-in with this nonce.

    Raises NotProved, NoAddress, AddressNotConfirmed, and what the provider raises where its keys cannot be had.
    """
    claims = _verified(token)
    if not constant_time_compare(str(claims.get("nonce", "")), nonce):
        raise NotProved("the token answers another sign-in: its nonce differs")
    _check_audience(claims)
    return identity.identity(claims)


def _verified(token: str) -> dict[str, Any]:
    try:
        header = jwt.get_unverified_header(token)
        claims: dict[str, Any] = jwt.decode(
            token,
            _key(header),
            algorithms=settings.PORTAL_OIDC_ALGORITHMS,
            audience=settings.PORTAL_OIDC_CLIENT_ID,
            issuer=settings.PORTAL_OIDC_ISSUER,
            leeway=_LEEWAY,
            options={
                "require": ["iss", "sub", "aud", "exp", "iat"],
                "enforce_minimum_key_length": True,
            },
        )
    except (jwt.PyJWTError, TypeError, ValueError) as error:
        # Its text may quote the token; its name tells what was wrong.
        raise NotProved(f"the token is refused: {type(error).__name__}") from None
    return claims


def _key(header: dict[str, Any]) -> jwt.PyJWK:
    """The key that the token names. Which algorithm it is used with is settled by our own list, not by the token."""
    algorithm = str(header.get("alg"))
    if algorithm not in settings.PORTAL_OIDC_ALGORITHMS:
        raise jwt.InvalidAlgorithmError
    found = jwks.find(discovery.endpoints().keys, header, algorithm)
    if found is None:
        raise NotProved("the token is signed with a key that the provider does not publish")
    return jwt.PyJWK.from_dict(found, algorithm)


def _check_audience(claims: dict[str, Any]) -> None:
    """A token that is for others too, or was asked for by another, must say that it was asked for by us."""
    audience, party = claims["aud"], claims.get("azp")
    alone = isinstance(audience, str) or len(audience) == 1
    if party != settings.PORTAL_OIDC_CLIENT_ID and not (alone and party is None):
        raise NotProved("the token was made for another application")
