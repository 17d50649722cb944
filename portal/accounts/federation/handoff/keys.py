"""With which key of the company a token is checked. Each has one algorithm, which the token does not choose."""

from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from portal.accounts.federation import jwks
from portal.accounts.federation.handoff.failures import MendKey
from portal.accounts.federation.handoff.public_keys import fits
from portal.accounts.models import Company, CompanyKey


@dataclass(frozen=True)
class Key:
    public: Any  # Of the library cryptography.
    algorithm: str


def find(company: Company, header: dict[str, Any]) -> Key:
    """The public key that the token's header names, among those entered here and those that the company publishes.

    Raises MendKey, and ProviderUnavailable and BadAnswer where the company's key set cannot be had.
    """
    name, algorithm = header.get("kid"), header.get("alg")
    if algorithm not in CompanyKey.Algorithm.values:
        raise MendKey("the token's algorithm is neither ES256 nor RS256")
    if not isinstance(name, str) or not name:
        raise MendKey("the token's header names no key: it needs a kid")
    entered = {key.key_id: key for key in company.keys.all()}.get(name)
    if entered is not None:
        return Key(_entered(entered, algorithm), entered.algorithm)
    return Key(_published(company, header, algorithm), algorithm)


def _entered(key: CompanyKey, algorithm: str) -> Any:
    """A key that was switched off stays off, even where the company publishes it too."""
    if not key.is_active:
        raise MendKey("the key that the token names is switched off here")
    if key.algorithm != algorithm:
        raise MendKey(f"the key that the token names is for {key.algorithm}, and the token says otherwise")
    return load_pem_public_key(key.public_key.encode())


def _published(company: Company, header: dict[str, Any], algorithm: str) -> Any:
    found = jwks.find(company.keys_url, header, algorithm) if company.keys_url else None
    if found is None:
        raise MendKey("the token names a key that is not known here")
    try:
        key = jwt.PyJWK.from_dict(found, algorithm).key
    except jwt.PyJWTError:
        key = None
    if not fits(key, algorithm):
        raise MendKey(f"the key that the token names is published in a form that is not for {algorithm}")
    return key
