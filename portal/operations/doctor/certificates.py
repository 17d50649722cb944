"""Examines how long certificates are still valid: the API's server's, and our own for it."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509
from django.utils import timezone

from inbox.connection_settings import connection
from inbox.securemail import Connection
from portal.findings import Finding, failure, ok, warning
from portal.operations.doctor import clocks

TOPIC: Final = "Certificates"
_SECONDS: Final = 3.0  # To connect, and for the handshake.
_SOON: Final = timedelta(days=21)


def look(name: str) -> Iterator[Finding]:
    """Of the connection with this name. A wrong setting, or an API that cannot be reached, is found elsewhere."""
    try:
        made = connection(name)
        context = made.tls_context()
    except ValueError:
        return
    if made.client_certificate:
        certificate = x509.load_pem_x509_certificates(Path(made.client_certificate).read_bytes())[0]
        fix = "Have a new one issued, and name its file in SECUREMAIL_CLIENT_CERTIFICATE."
        yield _expiry("the portal's own certificate for the API", certificate.not_valid_after_utc, fix)
    # Through a proxy it would take a tunnel: the API's operators see their certificate themselves.
    if made.url.startswith("https:") and not made.proxy and (until := _server_certificate(made, context)):
        host = urlsplit(made.url).hostname
        yield _expiry(
            f"the certificate of {host}", until, "Tell the API's operators: calls would fail from then on."
        )


def _server_certificate(made: Connection, context: ssl.SSLContext) -> datetime | None:
    """When it expires; None if the server cannot be reached, or is not trusted."""
    url = urlsplit(made.url)
    try:
        with (
            socket.create_connection((url.hostname, url.port or 443), _SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=url.hostname) as secure,
        ):
            shown = secure.getpeercert() or {}
    except (OSError, ValueError):
        return None
    seconds = ssl.cert_time_to_seconds(str(shown["notAfter"])) if "notAfter" in shown else None
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def _expiry(whose: str, until: datetime, fix: str) -> Finding:
    left = until - timezone.now()
    name = f"{whose[0].upper()}{whose[1:]}"
    if left < timedelta():
        return failure(TOPIC, f"{name} has expired.", fix)
    if left < _SOON:
        return warning(TOPIC, f"{name} expires in {clocks.words(left)}.", fix)
    return ok(TOPIC, f"{name} is valid for another {clocks.words(left)}.")
