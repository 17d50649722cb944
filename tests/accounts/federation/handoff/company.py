"""The company's server: its keys, and the tokens that it signs, valid and invalid ones."""

import json
import time
import uuid
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from portal.accounts.models import Company, CompanyKey

ORIGIN = "https://www.company.example"
ISSUER = "https://company.example"
PORTAL = "http://localhost:8000"
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # Of the curve P-256.
# As the value of a claim: no such claim. An object would have another repr, and so another test id, in each process.
MISSING = "left out"


@cache
def private_key(name: str) -> Any:
    """The key of this name: RSA for "rsa" (2048 bits) and for "rsa-<bits>", P-384 for "p384", and otherwise P-256."""
    if name.startswith("rsa"):
        return rsa.generate_private_key(65537, int(name.partition("-")[2] or 2048))
    return ec.generate_private_key(ec.SECP384R1() if name == "p384" else ec.SECP256R1())


def public_pem(name: str) -> str:
    key = private_key(name).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def private_pem(name: str) -> str:
    return private_key(name).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def published(name: str, **changes: object) -> dict[str, object]:
    """The public key as a JSON Web Key."""
    algorithm = jwt.algorithms.RSAAlgorithm if name.startswith("rsa") else jwt.algorithms.ECAlgorithm
    key = json.loads(algorithm.to_jwk(private_key(name).public_key()))
    return {**key, "kid": name, "use": "sig", **changes}


def make_company(*keys: str, **fields: str) -> Company:
    company = Company.objects.create(**{"name": "The Company", "issuer": ISSUER, **fields})
    for name in keys:
        algorithm = "RS256" if name.startswith("rsa") else "ES256"
        CompanyKey.objects.create(
            company=company, key_id=name, algorithm=algorithm, public_key=public_pem(name)
        )
    return company


def claims(**changes: object) -> dict[str, object]:
    now = int(time.time())
    content = {
        "iss": ISSUER,
        "aud": PORTAL,
        "sub": "anna-1",
        "email": "anna@example.com",
        "email_verified": True,
        "name": "Anna Example",
        "origin": ORIGIN,
        "jti": str(uuid.uuid4()),
        "iat": now,
        "exp": now + 60,
        **changes,
    }
    return {name: value for name, value in content.items() if value is not MISSING}


def sign(content: object, key: str = "first", algorithm: str = "", **header: object) -> str:
    """Any JSON, or these bytes, signed with a key of the company. A header with the value None is left out."""
    algorithm = algorithm or ("RS256" if key.startswith("rsa") else "ES256")
    head = {"kid": key, **header}
    head = {name: value for name, value in head.items() if value is not None}
    payload = content if isinstance(content, bytes) else json.dumps(content).encode()
    return jwt.PyJWS().encode(payload, private_key(key), algorithm=algorithm, headers=head)


def token(key: str = "first", **changes: object) -> str:
    """A valid token, apart from the claims that a test changes."""
    return sign(claims(**changes), key)
