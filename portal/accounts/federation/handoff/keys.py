"""The company's public key that verifies a token. Each key has one algorithm, and the token cannot choose another."""

from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from portal.accounts.federation import jwks
from portal.accounts.federation.errors import InvalidKey
from portal.accounts.federation.handoff.key_validation import fits_algorithm
from portal.accounts.models import Company, CompanyKey


@dataclass(frozen=True)
class Key:
    public: Any  # A public key object of the library cryptography.
    algorithm: str


def find_key(company: Company, header: dict[str, Any]) -> Key:
    """The key that the token's header names: one that an operator has entered, or else one that the company publishes.

    Raises InvalidKey, and ProviderUnavailable and BadAnswer where the company's key set cannot be fetched.
    """
    key_id, algorithm = header.get("kid"), header.get("alg")
    if algorithm not in CompanyKey.Algorithm.values:
        raise InvalidKey("the token's algorithm is neither ES256 nor RS256")
    if not isinstance(key_id, str) or not key_id:
        raise InvalidKey("the token's header names no key: it needs a kid")
    entered = {key.key_id: key for key in company.keys.all()}.get(key_id)
    if entered is not None:
        return Key(_entered_key(entered, algorithm), entered.algorithm)
    return Key(_published_key(company, header, algorithm), algorithm)


def _entered_key(key: CompanyKey, algorithm: str) -> Any:
    """A key that an operator has switched off stays off, even where the company still publishes it."""
    if not key.is_active:
        raise InvalidKey("the key that the token names is switched off here")
    if key.algorithm != algorithm:
        raise InvalidKey(f"the key that the token names is for {key.algorithm}, and the token says otherwise")
    return load_pem_public_key(key.public_key.encode())


def _published_key(company: Company, header: dict[str, Any], algorithm: str) -> Any:
    jwk = jwks.find_key(company.keys_url, header, algorithm) if company.keys_url else None
    if jwk is None:
        raise InvalidKey("the token names a key that is not known here")
    try:
        key = jwt.PyJWK.from_dict(jwk, algorithm).key
    except jwt.PyJWTError:
        key = None
    if not fits_algorithm(key, algorithm):
        raise InvalidKey(f"the key that the token names is published in a form that is not for {algorithm}")
    return key
