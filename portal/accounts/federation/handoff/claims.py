"""What the claims of a token must be, one rule for each. The same rules judge a token and explain it to operators."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings

from portal.accounts.federation import identity
from portal.accounts.federation.handoff.failures import AskAgain, MendToken
from portal.accounts.federation.identity import Claims
from portal.accounts.models import Company

LEEWAY: Final = 10  # Seconds by which the company's clock may differ from the portal's.
_LONGEST_LIFE: Final = 60  # Seconds.
_LONGEST_ID: Final = 200  # Characters.
_LAST_YEAR: Final = 253_402_300_800  # The year 10000, as a time of RFC 7519: no calendar here goes further.


@dataclass(frozen=True)
class Expected:
    """For whom a token must have been made; `now` is in seconds since 1970."""

    company: Company
    origin: str
    now: float


def _issuer(claims: Claims, expected: Expected) -> None:
    issuer = expected.company.issuer
    _demand(claims.get("iss") == issuer, f"iss is not {issuer}")
    # Set since the company was entered. Its people and the provider's would be taken for each other.
    _demand(issuer != settings.PORTAL_OIDC_ISSUER, "iss is also PORTAL_OIDC_ISSUER, of the single sign-on")


def _audience(claims: Claims, expected: Expected) -> None:
    ours = settings.PORTAL_URL
    _demand(claims.get("aud") in (ours, [ours]), f"aud is not {ours}, and that alone")


def _origin(claims: Claims, expected: Expected) -> None:
    _demand(claims.get("origin") == expected.origin, f"origin is not {expected.origin}")


def _subject(claims: Claims, expected: Expected) -> None:
    identity.subject(claims)


def _address(claims: Claims, expected: Expected) -> None:
    identity.address(claims)


def _confirmed(claims: Claims, expected: Expected) -> None:
    identity.confirm(claims)


def _token_id(claims: Claims, expected: Expected) -> None:
    name = claims.get("jti")
    plain = isinstance(name, str) and name.isprintable() and 0 < len(name) <= _LONGEST_ID
    _demand(plain, f"jti is no text of 1 to {_LONGEST_ID} characters")


def _made(claims: Claims, expected: Expected) -> None:
    made = time_of(claims, "iat")
    _demand(
        made <= expected.now + LEEWAY,
        f"iat lies {made - expected.now:.0f} seconds ahead of the portal's clock",
    )


def _ends(claims: Claims, expected: Expected) -> None:
    ends = time_of(claims, "exp")
    if ends + LEEWAY <= expected.now:
        raise AskAgain(f"exp was {expected.now - ends:.0f} seconds ago by the portal's clock")


def _life(claims: Claims, expected: Expected) -> None:
    life = time_of(claims, "exp") - time_of(claims, "iat")
    _demand(0 < life <= _LONGEST_LIFE, f"exp is not 1 to {_LONGEST_LIFE} seconds after iat")


def _begins(claims: Claims, expected: Expected) -> None:
    if "nbf" not in claims:
        return
    begins = time_of(claims, "nbf")
    ahead = begins - expected.now
    _demand(ahead <= LEEWAY, f"nbf lies {ahead:.0f} seconds ahead of the portal's clock")


RULES: Final[dict[str, Callable[[Claims, Expected], None]]] = {
    "iss": _issuer,
    "aud": _audience,
    "origin": _origin,
    "sub": _subject,
    "email": _address,
    "email_verified": _confirmed,
    "jti": _token_id,
    "iat": _made,
    "exp": _ends,
    "exp - iat": _life,
    "nbf": _begins,
}
OPTIONAL: Final = ("nbf",)  # What a token need not say.


def time_of(claims: Claims, name: str) -> float:
    """Seconds since 1970. JSON's true, and the NaN that Python reads, are none. Raises MendToken."""
    value: Any = claims.get(name)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    _demand(is_number and 0 < value < _LAST_YEAR, f"{name} is no time in seconds since 1970")
    return float(value)


def _demand(met: bool, problem: str) -> None:
    if not met:
        raise MendToken(problem)
