"""Whether a token is the company's word on one of its customers: decided for the portal, explained for operators."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

import jwt
from jwt.types import Options

from portal.accounts.federation import identity
from portal.accounts.federation.errors import SignInFailed
from portal.accounts.federation.handoff import keys, replay
from portal.accounts.federation.handoff.claims import LEEWAY, OPTIONAL, RULES, Expected, time_of
from portal.accounts.federation.handoff.failures import MendKey, MendToken
from portal.accounts.federation.handoff.readings import GoodToken, Named
from portal.accounts.models import Company

_LONGEST: Final = 8192  # Characters.
_NOISE: Final = 5  # Seconds between two clocks that tell nothing: a token takes its time on its way.
# PyJWT checks the signature, and `rules` what was signed.
_SIGNATURE_ALONE: Final[Options] = {
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
class Finding:
    """One thing that was looked at in a token, and what is wrong with it in words."""

    what: str
    ok: bool
    words: str


def verify(token: str, company: Company, origin: str) -> GoodToken:
    """The customer whom this company's server hands over to a frame on a page of this origin.

    Raises AskAgain, MendToken, MendKey, NotProved, NoAddress and AddressNotConfirmed, and ProviderUnavailable and
    BadAnswer where the company's key set cannot be had. A token that holds still has to be spent.
    """
    claims = _signed(token, company)
    expected = Expected(company, origin, time.time())
    for rule in RULES.values():
        rule(claims, expected)
    over_at = datetime.fromtimestamp(claims["exp"] + LEEWAY, UTC)
    return GoodToken(identity.identity(claims), claims["jti"], over_at)


def whom(token: str, company: Company) -> Named | None:
    """Whom a token names that was refused; None where it cannot tell."""
    try:
        claims, is_proved = _said(token, company)
        subject = identity.subject(claims)
    except SignInFailed:
        return None
    if claims.get("iss") != company.issuer:
        return None
    return Named(company.issuer, subject, _vouched_address(claims), is_proved)


def inspect(token: str, company: Company, origin: str, now: float) -> list[Finding]:
    """What of a token is right and what is not, had it come at `now`, in seconds since 1970. It can still be used.

    Anybody can write any claim: where the signature is not right, the other findings help to find out why.
    """
    findings = [_tried("signature", partial(_signed, token, company))]
    try:
        claims = _read(token)
    except MendToken:
        return findings
    expected = Expected(company, origin, now)
    rules = {what: rule for what, rule in RULES.items() if what not in OPTIONAL or what in claims}
    findings += [_tried(what, partial(rule, claims, expected)) for what, rule in rules.items()]
    if all(finding.ok for finding in findings if finding.what in ("iss", "jti")):
        used = replay.is_spent(claims["iss"], claims["jti"])
        findings.append(Finding("use", not used, "it was used already" if used else "not used yet"))
    if all(finding.ok for finding in findings if finding.what == "iat"):
        findings.append(Finding("clock", True, _clock(now - time_of(claims, "iat"))))
    return findings


def _clock(age: float) -> str:
    """How the company's clock differs from the portal's, as far as the age of a token tells, in seconds."""
    if abs(age) < _NOISE:
        return "right"
    if age < 0:
        return f"the company's is {-age:.0f} seconds ahead of the portal's, and up to {LEEWAY} are tolerated"
    return f"made {age:.0f} seconds ago; if it was made just now, the company's is behind by that"


def _tried(what: str, check: Callable[[], object]) -> Finding:
    try:
        check()
    except SignInFailed as failure:
        return Finding(what, False, str(failure))
    return Finding(what, True, "right")


def _said(token: str, company: Company) -> tuple[dict[str, Any], bool]:
    """The claims, and whether one of the company's keys has signed them. Raises MendToken."""
    try:
        return _signed(token, company), True
    except SignInFailed:
        return _read(token), False


def _vouched_address(claims: dict[str, Any]) -> str:
    try:
        identity.confirm(claims)
        return identity.address(claims)
    except SignInFailed:
        return ""


def _signed(token: str, company: Company) -> dict[str, Any]:
    """The claims of a token that one of the company's keys has signed."""
    _read(token)
    try:
        key = keys.find(company, jwt.get_unverified_header(token))
        claims: dict[str, Any] = jwt.decode(
            token, key.public, algorithms=[key.algorithm], options=_SIGNATURE_ALONE
        )
    except jwt.InvalidSignatureError:
        raise MendKey("the signature was not made with the key that the token names") from None
    except (jwt.PyJWTError, TypeError, ValueError):
        raise MendKey("the signature cannot be checked: the token's header or its key is unusable") from None
    return claims


def _read(token: str) -> dict[str, Any]:
    """The claims as anybody may have written them."""
    if len(token) > _LONGEST:
        raise MendToken(f"the token is longer than {_LONGEST} characters")
    try:
        claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    except (jwt.PyJWTError, TypeError, ValueError):
        raise MendToken("it is no JSON Web Token: three parts in base64url, with dots between them") from None
    return claims
