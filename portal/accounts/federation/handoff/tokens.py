"""Verification of hand-off tokens: signature first (by PyJWT), then each claim (by `claims`)."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import jwt
from jwt.types import Options

from portal.accounts.federation.errors import InvalidKey, InvalidToken, SignInFailed
from portal.accounts.federation.handoff import keys
from portal.accounts.federation.handoff.claims import LEEWAY, RULES, Expected
from portal.accounts.federation.identity import (
    Identity,
    parse_address,
    parse_identity,
    parse_subject,
    require_confirmed_address,
)
from portal.accounts.models import Company

_MAX_LENGTH: Final = 8192  # Characters.
# PyJWT verifies the signature only: the rules for the claims are our own, because their errors name the exact problem.
_SIGNATURE_ONLY: Final[Options] = {
    "verify_signature": True,
    "enforce_minimum_key_length": True,
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}


@dataclass(frozen=True)
class VerifiedToken:
    """A valid token that may have been used before: see `replay`. From `expires_at` on it is refused as too old."""

    identity: Identity
    token_id: str
    expires_at: datetime


@dataclass(frozen=True)
class RejectedSubject:
    """The person in a refused token. `address` is empty where the token does not confirm it.

    `is_signed`: one of the company's keys has signed the token. If not, anyone may have written it.
    """

    issuer: str
    subject: str
    address: str
    is_signed: bool


def verify(token: str, company: Company, origin: str) -> VerifiedToken:
    """A token that this company's server has signed for a frame on a page of this origin. It is not yet used up.

    Raises TokenExpired, InvalidToken, InvalidKey, IdentityNotProved, NoAddress and AddressNotConfirmed; and
    ProviderUnavailable and BadAnswer where the company's key set cannot be fetched.
    """
    claims = signed_claims(token, company)
    expected = Expected(company, origin, time.time())
    for rule in RULES.values():
        rule(claims, expected)
    expires_at = datetime.fromtimestamp(claims["exp"] + LEEWAY, UTC)
    return VerifiedToken(parse_identity(claims), claims["jti"], expires_at)


def subject_of(token: str, company: Company) -> RejectedSubject | None:
    """The person in a refused token, if it is one of this company's and has a usable subject."""
    try:
        try:
            claims, is_signed = signed_claims(token, company), True
        except SignInFailed:
            claims, is_signed = unverified_claims(token), False
        subject = parse_subject(claims)
    except SignInFailed:
        return None
    if claims.get("iss") != company.issuer:
        return None
    return RejectedSubject(company.issuer, subject, _confirmed_address(claims), is_signed)


def _confirmed_address(claims: dict[str, Any]) -> str:
    try:
        require_confirmed_address(claims)
        return parse_address(claims)
    except SignInFailed:
        return ""


def signed_claims(token: str, company: Company) -> dict[str, Any]:
    """The claims, if one of the company's keys has signed them; they may say anything.

    Raises InvalidToken and InvalidKey; and ProviderUnavailable and BadAnswer where the key set cannot be fetched.
    """
    unverified_claims(token)  # For its error: a text that is no token at all is not a problem of keys.
    try:
        key = keys.find_key(company, jwt.get_unverified_header(token))
        claims: dict[str, Any] = jwt.decode(
            token, key.public, algorithms=[key.algorithm], options=_SIGNATURE_ONLY
        )
    except jwt.InvalidSignatureError:
        raise InvalidKey("the signature was not made with the key that the token names") from None
    except (jwt.PyJWTError, TypeError, ValueError):
        raise InvalidKey(
            "the signature cannot be checked: the token's header or its key is unusable"
        ) from None
    return claims


def unverified_claims(token: str) -> dict[str, Any]:
    """The claims without a check of the signature: anyone may have written them. Raises InvalidToken."""
    if len(token) > _MAX_LENGTH:
        raise InvalidToken(f"the token is longer than {_MAX_LENGTH} characters")
    try:
        claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    except (jwt.PyJWTError, TypeError, ValueError):
        raise InvalidToken(
            "it is no JSON Web Token: three parts in base64url, with dots between them"
        ) from None
    return claims
