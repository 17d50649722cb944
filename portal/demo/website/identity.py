"""What the website is known by at the portal: its addresses, its name in tokens, and the key that signs them."""

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from portal.demo import data_folder

NAME = "Northwind Insurance"
ISSUER = "https://www.northwind.example"
ALGORITHM = "ES256"
KEY_ID = "website-1"


def origins(port: int | str) -> tuple[str, str]:
    """The same site under two names: another site than the portal's `localhost`, and the same one."""
    return f"http://127.0.0.1:{port}", f"http://localhost:{port}"


def public_key() -> str:
    """The half of the signing key that the portal is given, as PEM."""
    private = load_pem_private_key(data_folder.website_signing_key().encode(), password=None)
    return private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
