"""What a scanner of TLS looks for, at the proxy of `deploy/nginx`."""

import http.client
import ssl
import warnings
from pathlib import Path

from tests.judges.front import Front

# In the head of gzip data (RFC 1952): a name follows, which portal/compression.py makes one of random length.
_NAMED = 8
_OLD = (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1)
_WEAK = ("AES128-SHA", "AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-SHA256", "NULL", "aNULL")


def findings(front: Front, folder: Path) -> list[str]:
    found = [f"accepts {version.name}" for version in _OLD if _connects(front, version)]
    found += [
        f"refuses {version.name}"
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
        if not _connects(front, version)
    ]
    found += [f"accepts {cipher}" for cipher in _WEAK if _connects(front, ssl.TLSVersion.TLSv1_2, cipher)]
    return [*found, *_headers(front), *_plain(front)]


def _context(front: Front, version: ssl.TLSVersion, ciphers: str) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=front.certificate.chain)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # It warns of old versions, which are the point.
        context.minimum_version = context.maximum_version = version
    context.set_ciphers(f"{ciphers}:@SECLEVEL=0")  # Otherwise this client itself would refuse.
    return context


def _connects(front: Front, version: ssl.TLSVersion, ciphers: str = "ALL") -> bool:
    connection = http.client.HTTPSConnection(
        "localhost", front.https, timeout=10, context=_context(front, version, ciphers)
    )
    try:
        connection.connect()
    except (ssl.SSLError, ConnectionResetError):
        return False
    finally:
        connection.close()
    return True


def _headers(front: Front) -> list[str]:
    context = ssl.create_default_context(cafile=front.certificate.chain)
    connection = http.client.HTTPSConnection("localhost", front.https, timeout=30, context=context)
    found = []
    for path in ("/", "/accounts/login/", "/healthz", "/unread.json", "/static/nothing"):
        connection.request("GET", path, headers={"Accept-Encoding": "gzip, br", "Cookie": front.cookie})
        answer = connection.getresponse()
        body = answer.read()
        if "max-age=31536000" not in answer.headers.get("Strict-Transport-Security", ""):
            found.append(f"{path}: no HSTS for a year")
        if "Content-Encoding" in answer.headers and not body[3] & _NAMED:
            found.append(f"{path}: compressed, at a length that tells")
        if any(character.isdigit() for character in answer.headers.get("Server", "")):
            found.append(f"{path}: Server names a version")
    connection.close()
    return found


def _plain(front: Front) -> list[str]:
    """By http there is nothing but the way to https."""
    found = []
    for host in (f"localhost:{front.http}", "evil.example"):
        connection = http.client.HTTPConnection("127.0.0.1", front.http, timeout=30)
        connection.request("GET", "/accounts/login/?next=/", headers={"Host": host})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if (answer.status, answer.headers["Location"]) != (301, f"{front.origin}/accounts/login/?next=/"):
            found.append(f"http leads to {answer.headers['Location']} for the host {host}")
    return found
