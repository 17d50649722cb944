"""Which keys a company's tokens may be checked with: those that check and cannot sign, and that nobody can break."""

from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_SHORTEST_RSA: Final = 2048  # Bits: NIST SP 800-131A allows no shorter one.


def clean_public_key(pem: str, algorithm: str) -> str:
    """The key as it is kept. Raises ValidationError, with the code "private" where it is the half to be kept secret."""
    if "PRIVATE KEY" in pem:
        raise ValidationError({"public_key": ValidationError(_PRIVATE, code="private")})
    try:
        key = load_pem_public_key(pem.strip().encode())
    except (ValueError, UnsupportedAlgorithm):
        raise ValidationError({"public_key": ValidationError(_NO_KEY, code="no_key")}) from None
    if not isinstance(key, EllipticCurvePublicKey | RSAPublicKey) or not fits(key, algorithm):
        raise ValidationError({"public_key": ValidationError(_UNFIT, code="unfit")})
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode().strip()


def fits(key: object, algorithm: str) -> bool:
    """Whether tokens may be checked with this key by this algorithm (RFC 7518, sections 3.3 and 3.4)."""
    if algorithm == "ES256":
        return isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1)
    return algorithm == "RS256" and isinstance(key, RSAPublicKey) and key.key_size >= _SHORTEST_RSA


_PRIVATE = _(
    "This is the private key. It belongs on the company’s server and nowhere else: consider it leaked, make a new"
    " pair, and enter the public key of that one. Nothing was kept."
)
_NO_KEY = _("Enter the public key in PEM form: it begins with -----BEGIN PUBLIC KEY-----.")
_UNFIT = _(
    "This key is for another algorithm. ES256 takes one of the curve P-256, RS256 an RSA key of 2048 bits or more."
)
