"""Whether an ID token is what it claims to be, and who comes with it.

The checks are those of OpenID Connect Core 1.0, section 3.1.3.7. None is left out because the token came straight
from the provider: the signature is checked as if it had come through the browser.
"""

from dataclasses import dataclass
from typing import Any, Final

import jwt
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.crypto import constant_time_compare

from portal.accounts import names
from portal.accounts.addresses import normalise_address
from portal.accounts.sso import provider
from portal.accounts.sso.failures import AddressNotConfirmed, NoAddress, NotProved

_LEEWAY: Final = 60  # Seconds by which the provider's clock may differ from ours.
_LONGEST_SUBJECT: Final = 191  # Characters that django-allauth keeps.


@dataclass(frozen=True)
class Identity:
    """A person at the provider, named by issuer and subject together, and what it vouches for."""

    issuer: str
    subject: str
    address: str
    first_name: str
    last_name: str


def identify(token: str, nonce: str) -> Identity:
    """Who the token is about, once it is known to be the provider's answer to the sign-in with this nonce.

    Raises NotProved, NoAddress, AddressNotConfirmed, and what the provider raises where its keys cannot be had.
    """
    claims = _verified(token)
    if not constant_time_compare(str(claims.get("nonce", "")), nonce):
        raise NotProved("the token answers another sign-in: its nonce differs")
    _check_audience(claims)
    subject = claims["sub"]
    if not subject or len(subject) > _LONGEST_SUBJECT:
        raise NotProved("the token's subject is empty or too long")
    first_name, last_name = _names(claims)
    return Identity(claims["iss"], subject, _address(claims), first_name, last_name)


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
    url = provider.endpoints().keys
    found = _named(provider.keys(url), header, algorithm) or _named(
        provider.keys(url, again=True), header, algorithm
    )
    if found is None:
        raise NotProved("the token is signed with a key that the provider does not publish")
    return jwt.PyJWK.from_dict(found, algorithm)


def _named(keys: list[dict[str, Any]], header: dict[str, Any], algorithm: str) -> dict[str, Any] | None:
    """A token may name no key where the provider has only one."""
    usable = [
        key for key in keys if key.get("use", "sig") == "sig" and key.get("alg", algorithm) == algorithm
    ]
    if "kid" not in header:
        return usable[0] if len(usable) == 1 else None
    return next((key for key in usable if key.get("kid") == header["kid"]), None)


def _check_audience(claims: dict[str, Any]) -> None:
    """A token that is for others too, or was asked for by another, must say that it was asked for by us."""
    audience, party = claims["aud"], claims.get("azp")
    alone = isinstance(audience, str) or len(audience) == 1
    if party != settings.PORTAL_OIDC_CLIENT_ID and not (alone and party is None):
        raise NotProved("the token was made for another application")


def _address(claims: dict[str, Any]) -> str:
    try:
        address = normalise_address(str(claims.get("email") or ""))
    except ValidationError:
        raise NoAddress("the token holds no e-mail address that an account may have") from None
    # Nothing but JSON's true: some providers send the word "false", which is true enough for Python.
    if claims.get("email_verified") is not True:
        raise AddressNotConfirmed("the token does not say that the address is verified")
    return address


def _names(claims: dict[str, Any]) -> tuple[str, str]:
    first, last = _name(claims.get("given_name")), _name(claims.get("family_name"))
    if first or last:
        return first, last
    first, _space, last = _name(claims.get("name")).partition(" ")
    return first, last.strip()


def _name(claim: object) -> str:
    """A name that people cannot sign with is no reason to keep them out: it is left empty."""
    try:
        return names.clean_name(claim) if isinstance(claim, str) else ""
    except ValidationError:
        return ""
