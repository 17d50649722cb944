"""How the portal knows the website: its origins, its name in tokens, and the key that signs them."""

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from portal.demo import data_folder

NAME = "Northwind Insurance"
ISSUER = "https://www.northwind.example"
ALGORITHM = "ES256"
KEY_ID = "website-1"


def origins(port: int | str) -> tuple[str, str]:
    """The website under two names: one on another site than the portal, and one on the portal's own site, localhost."""
    return f"http://127.0.0.1:{port}", f"http://localhost:{port}"


def public_key() -> str:
    """The public key of the signing key, as PEM. The portal verifies tokens with it."""
    private = load_pem_private_key(data_folder.website_signing_key().encode(), password=None)
    return private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
