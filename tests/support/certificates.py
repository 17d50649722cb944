"""Certificates for TLS servers in tests, made for this run."""

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Certificate:
    """`chain` and `key` are paths of PEM files."""

    chain: str
    key: str

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain, self.key)
        return context


def self_signed(folder: Path, name: str) -> Certificate:
    """A self-signed certificate for this host name or IP address."""
    certificate = Certificate(str(folder / f"{name}.pem"), str(folder / f"{name}.key"))
    kind = "IP" if name[0].isdigit() else "DNS"
    options = ["-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-days", "2"]
    names = ["-subj", "/CN=securemail", "-addext", f"subjectAltName={kind}:{name}"]
    files = ["-out", certificate.chain, "-keyout", certificate.key]
    subprocess.run(["openssl", "req", *options, *names, *files], check=True, capture_output=True)  # noqa: S603, S607 - The system's own openssl, with arguments made here.
    return certificate
