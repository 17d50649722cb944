"""The ID token: fetched for an authorization code, and verified by OpenID Connect Core 1.0, section 3.1.3.7.

The specification lets a client skip the signature of a token that came straight from the provider over TLS. The
portal always verifies it, as if the token had come through the browser.
"""

from typing import Any, Final
from urllib.parse import quote_plus

import jwt
from django.conf import settings

from portal.accounts.federation import jwks
from portal.accounts.federation.errors import BadAnswer, IdentityNotProved
from portal.accounts.federation.http import fetch_json
from portal.accounts.federation.identity import Identity, parse_identity
from portal.accounts.federation.oidc import discovery

_LEEWAY: Final = 60  # Seconds by which the provider's clock may differ from the portal's.


def fetch(code: str, verifier: str, redirect_uri: str) -> str:
    """The ID token for an authorization code, not yet verified.

    Raises ProviderUnavailable, BadAnswer, and IdentityNotProved where the provider refuses the code.
    """
    endpoints = discovery.get_endpoints()
    client_id, secret = settings.PORTAL_OIDC_CLIENT_ID, settings.PORTAL_OIDC_CLIENT_SECRET
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
    }
    if endpoints.uses_client_secret_post:
        answer = fetch_json(endpoints.token, {**form, "client_id": client_id, "client_secret": secret})
    else:
        # RFC 6749, section 2.3.1: both are form-encoded before they become the user and password of HTTP Basic.
        answer = fetch_json(endpoints.token, form, (quote_plus(client_id), quote_plus(secret)))
    token = answer.get("id_token")
    if not isinstance(token, str):
        raise BadAnswer("it answered a code without an ID token")
    return token


def verify(token: str, nonce: str) -> Identity:
    """The person in the token, if the provider issued it for the sign-in with this nonce.

    Raises IdentityNotProved, NoAddress and AddressNotConfirmed; and ProviderUnavailable and BadAnswer where the
    provider's keys cannot be fetched.
    """
    claims = _signed_claims(token)
    if claims.get("nonce") != nonce:
        raise IdentityNotProved("the token answers another sign-in: its nonce differs")
    _check_audience(claims)
    return parse_identity(claims)


def _signed_claims(token: str) -> dict[str, Any]:
    try:
        header = jwt.get_unverified_header(token)
        claims: dict[str, Any] = jwt.decode(
            token,
            _find_key(header),
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
        # The error's text may quote the token; its class says what was wrong.
        raise IdentityNotProved(f"the token is refused: {type(error).__name__}") from None
    return claims


def _find_key(header: dict[str, Any]) -> jwt.PyJWK:
    """The key that the token names. Its algorithm has to be in the portal's own list: the token cannot choose one."""
    algorithm = str(header.get("alg"))
    if algorithm not in settings.PORTAL_OIDC_ALGORITHMS:
        raise jwt.InvalidAlgorithmError
    jwk = jwks.find_key(discovery.get_endpoints().jwks, header, algorithm)
    if jwk is None:
        raise IdentityNotProved("the token is signed with a key that the provider does not publish")
    return jwt.PyJWK.from_dict(jwk, algorithm)


def _check_audience(claims: dict[str, Any]) -> None:
    """A token with several audiences, or with an authorized party (azp), must name the portal as that party."""
    audience, party = claims["aud"], claims.get("azp")
    is_only_audience = isinstance(audience, str) or len(audience) == 1
    if party != settings.PORTAL_OIDC_CLIENT_ID and not (is_only_audience and party is None):
        raise IdentityNotProved("the token was made for another application")
