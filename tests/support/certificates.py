"""Certificates for TLS servers and clients in tests, made for this run."""

import ipaddress
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Certificate:
    """`chain` and `key` are paths of PEM files."""

    chain: str
    key: str

    def context(self, *, clients: str = "") -> ssl.SSLContext:
        """Of a server. `clients` is a PEM file; with it, only clients whose certificate is in it are let in."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain, self.key)
        if clients:
            context.load_verify_locations(clients)
            context.verify_mode = ssl.CERT_REQUIRED
        return context

    def client_context(self) -> ssl.SSLContext:
        """Of a client that trusts this server and no other."""
        return ssl.create_default_context(cafile=self.chain)


def self_signed(folder: Path, name: str, *, days: int = 2, password: str = "") -> Certificate:
    """A self-signed certificate for this host name or IP address, valid until so many days from now."""
    key, subject = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]),
    )
    alternative = x509.IPAddress(ipaddress.ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=100))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    lock = (
        serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption()
    )
    made = Certificate(str(folder / f"{name}.pem"), str(folder / f"{name}.key"))
    Path(made.chain).write_bytes(certificate.public_bytes(pem))
    Path(made.key).write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, lock))
    return made
