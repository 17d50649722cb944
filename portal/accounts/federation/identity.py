"""What the claims of a token say about a person. Whether the claims can be trusted is for the callers to check."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import ValidationError

from portal.accounts import validators
from portal.accounts.federation.errors import AddressNotConfirmed, IdentityNotProved, NoAddress
from portal.accounts.validators import normalise_address

_MAX_SUBJECT_LENGTH: Final = 191  # Characters: the length of django-allauth's column.

Claims = Mapping[str, Any]


@dataclass(frozen=True)
class Identity:
    """A person at the company. Issuer and subject together are their key; the rest is what the company says."""

    issuer: str
    subject: str
    address: str
    first_name: str
    last_name: str


def parse_identity(claims: Claims) -> Identity:
    """Raises IdentityNotProved, NoAddress and AddressNotConfirmed."""
    subject, address = parse_subject(claims), parse_address(claims)
    require_confirmed_address(claims)
    return Identity(claims["iss"], subject, address, *_parse_names(claims))


def parse_subject(claims: Claims) -> str:
    """Raises IdentityNotProved where the subject is missing, or cannot be stored."""
    subject = claims.get("sub")
    if (
        not isinstance(subject, str)
        or not subject.isprintable()
        or not 0 < len(subject) <= _MAX_SUBJECT_LENGTH
    ):
        raise IdentityNotProved("the token's subject is empty, too long or no plain text")
    return subject


def parse_address(claims: Claims) -> str:
    """Raises NoAddress."""
    try:
        return normalise_address(str(claims.get("email") or ""))
    except ValidationError:
        raise NoAddress("the token holds no e-mail address that an account may have") from None


def require_confirmed_address(claims: Claims) -> None:
    """Raises AddressNotConfirmed.

    Only JSON's `true` counts: some servers send the string "false", which is true in Python.
    """
    if claims.get("email_verified") is not True:
        raise AddressNotConfirmed("email_verified is not true, the JSON value without quotes")


def _parse_names(claims: Claims) -> tuple[str, str]:
    first, last = _parse_name(claims.get("given_name")), _parse_name(claims.get("family_name"))
    if first or last:
        return first, last
    first, _space, last = _parse_name(claims.get("name")).partition(" ")
    return first, last.strip()


def _parse_name(claim: object) -> str:
    """The name, or "" where messages cannot be signed with it: a bad name is no reason to refuse the sign-in."""
    try:
        return validators.clean_name(claim) if isinstance(claim, str) else ""
    except ValidationError:
        return ""
