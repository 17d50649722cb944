"""The rules for a token's claims, one function each. They verify a token, and explain it to an operator."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings

from portal.accounts.federation import identity
from portal.accounts.federation.errors import InvalidToken, TokenExpired
from portal.accounts.federation.identity import Claims
from portal.accounts.models import Company

LEEWAY: Final = 10  # Seconds by which the company's clock may differ from the portal's.
_MAX_LIFETIME: Final = 60  # Seconds.
_MAX_ID_LENGTH: Final = 200  # Characters.
_END_OF_TIME: Final = (
    253_402_300_800  # The year 10000 in seconds since 1970: Python's datetime ends before it.
)


@dataclass(frozen=True)
class Expected:
    """What a token has to be made for. `now` is in seconds since 1970."""

    company: Company
    origin: str
    now: float


def _check_issuer(claims: Claims, expected: Expected) -> None:
    issuer = expected.company.issuer
    _require(claims.get("iss") == issuer, f"iss is not {issuer}")
    # The setting may have changed after the company was entered. With the same issuer, a subject of the provider
    # and a subject of the website would open the same account.
    _require(issuer != settings.PORTAL_OIDC_ISSUER, "iss is also PORTAL_OIDC_ISSUER, of the single sign-on")


def _check_audience(claims: Claims, expected: Expected) -> None:
    portal = settings.PORTAL_URL
    _require(claims.get("aud") in (portal, [portal]), f"aud is not {portal}, and that alone")


def _check_origin(claims: Claims, expected: Expected) -> None:
    _require(claims.get("origin") == expected.origin, f"origin is not {expected.origin}")


def _check_subject(claims: Claims, expected: Expected) -> None:
    identity.parse_subject(claims)


def _check_address(claims: Claims, expected: Expected) -> None:
    identity.parse_address(claims)


def _check_address_confirmed(claims: Claims, expected: Expected) -> None:
    identity.require_confirmed_address(claims)


def _check_token_id(claims: Claims, expected: Expected) -> None:
    token_id = claims.get("jti")
    is_text = isinstance(token_id, str) and token_id.isprintable() and 0 < len(token_id) <= _MAX_ID_LENGTH
    _require(is_text, f"jti is no text of 1 to {_MAX_ID_LENGTH} characters")


def _check_issued_at(claims: Claims, expected: Expected) -> None:
    issued = parse_time(claims, "iat")
    _require(
        issued <= expected.now + LEEWAY,
        f"iat lies {issued - expected.now:.0f} seconds ahead of the portal's clock",
    )


def _check_expiry(claims: Claims, expected: Expected) -> None:
    expires = parse_time(claims, "exp")
    if expires + LEEWAY <= expected.now:
        raise TokenExpired(f"exp was {expected.now - expires:.0f} seconds ago by the portal's clock")


def _check_lifetime(claims: Claims, expected: Expected) -> None:
    lifetime = parse_time(claims, "exp") - parse_time(claims, "iat")
    _require(0 < lifetime <= _MAX_LIFETIME, f"exp is not 1 to {_MAX_LIFETIME} seconds after iat")


def _check_not_before(claims: Claims, expected: Expected) -> None:
    if "nbf" not in claims:
        return
    ahead = parse_time(claims, "nbf") - expected.now
    _require(ahead <= LEEWAY, f"nbf lies {ahead:.0f} seconds ahead of the portal's clock")


RULES: Final[dict[str, Callable[[Claims, Expected], None]]] = {
    "iss": _check_issuer,
    "aud": _check_audience,
    "origin": _check_origin,
    "sub": _check_subject,
    "email": _check_address,
    "email_verified": _check_address_confirmed,
    "jti": _check_token_id,
    "iat": _check_issued_at,
    "exp": _check_expiry,
    "exp - iat": _check_lifetime,
    "nbf": _check_not_before,
}
OPTIONAL: Final = ("nbf",)  # Claims that a token may leave out.


def parse_time(claims: Claims, name: str) -> float:
    """Seconds since 1970. Raises InvalidToken; also for JSON's true, and for NaN, which Python's parser accepts."""
    value: Any = claims.get(name)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    _require(is_number and 0 < value < _END_OF_TIME, f"{name} is no time in seconds since 1970")
    return float(value)


def _require(condition: bool, problem: str) -> None:
    if not condition:
        raise InvalidToken(problem)
