"""What a token may say of a person. Whether the token is one was decided before."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import ValidationError

from portal.accounts import validators
from portal.accounts.federation.errors import AddressNotConfirmed, NoAddress, NotProved
from portal.accounts.validators import normalise_address

_LONGEST_SUBJECT: Final = 191  # Characters that django-allauth keeps.

Claims = Mapping[str, Any]


@dataclass(frozen=True)
class Identity:
    """A person at the company, named by issuer and subject together, and what it vouches for."""

    issuer: str
    subject: str
    address: str
    first_name: str
    last_name: str


def identity(claims: Claims) -> Identity:
    """Who the token is about. Raises NotProved, NoAddress and AddressNotConfirmed."""
    named, reached = subject(claims), address(claims)
    confirm(claims)
    return Identity(claims["iss"], named, reached, *_names(claims))


def subject(claims: Claims) -> str:
    """Raises NotProved where it names nobody, or in a way that no database keeps."""
    found = claims.get("sub")
    if not isinstance(found, str) or not found.isprintable() or not 0 < len(found) <= _LONGEST_SUBJECT:
        raise NotProved("the token's subject is empty, too long or no plain text")
    return found


def address(claims: Claims) -> str:
    """Raises NoAddress."""
    try:
        return normalise_address(str(claims.get("email") or ""))
    except ValidationError:
        raise NoAddress("the token holds no e-mail address that an account may have") from None


def confirm(claims: Claims) -> None:
    """Raises AddressNotConfirmed. Some servers send the word "false", which is true enough for Python."""
    if claims.get("email_verified") is not True:
        raise AddressNotConfirmed("email_verified is not true, the JSON value without quotes")


def _names(claims: Claims) -> tuple[str, str]:
    first, last = _name(claims.get("given_name")), _name(claims.get("family_name"))
    if first or last:
        return first, last
    first, _space, last = _name(claims.get("name")).partition(" ")
    return first, last.strip()


def _name(claim: object) -> str:
    """A name that people cannot sign with is no reason to keep them out: it is left empty."""
    try:
        return validators.clean_name(claim) if isinstance(claim, str) else ""
    except ValidationError:
        return ""
