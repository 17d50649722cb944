"""Validation of the public keys that operators enter: right kind, right algorithm, long enough, and never private.

Apart from `keys`, because the model of such a key needs it, and models import nothing that calls other servers.
"""

from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_MIN_RSA_BITS: Final = 2048  # NIST SP 800-131A disallows shorter keys.


def clean_public_key(pem: str, algorithm: str) -> str:
    """The key in the form in which it is stored. Raises ValidationError, with the code "private" for a private key."""
    if "PRIVATE KEY" in pem:
        raise ValidationError({"public_key": ValidationError(_PRIVATE, code="private")})
    try:
        key = load_pem_public_key(pem.strip().encode())
    except (ValueError, UnsupportedAlgorithm):
        raise ValidationError({"public_key": ValidationError(_NO_KEY, code="no_key")}) from None
    if not isinstance(key, EllipticCurvePublicKey | RSAPublicKey) or not fits_algorithm(key, algorithm):
        raise ValidationError({"public_key": ValidationError(_UNFIT, code="unfit")})
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode().strip()


def fits_algorithm(key: object, algorithm: str) -> bool:
    """Whether this key may verify signatures of this algorithm (RFC 7518, sections 3.3 and 3.4)."""
    if algorithm == "ES256":
        return isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1)
    return algorithm == "RS256" and isinstance(key, RSAPublicKey) and key.key_size >= _MIN_RSA_BITS


_PRIVATE = _(
    "This is the private key. It belongs on the company’s server and nowhere else: consider it leaked, make a new"
    " pair, and enter the public key of that one. Nothing was kept."
)
_NO_KEY = _("Enter the public key in PEM form: it begins with -----BEGIN PUBLIC KEY-----.")
_UNFIT = _(
    "This key is for another algorithm. ES256 takes one of the curve P-256, RS256 an RSA key of 2048 bits or more."
)
