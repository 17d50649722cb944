"""System checks of the connections to the API. Their texts hold no value of a setting but the paths of files."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from inbox.connection_settings import connection, connection_names, explained
from inbox.models import Securebox
from portal.loopback import is_loopback

_URL_HINT = "It looks like https://api.example.com/nexus/v3."
# The settings that get a number of their own; all others are inbox.E001.
_NUMBERS = {
    "SECUREMAIL_PROXY": (
        "inbox.E010",
        "It looks like http://user:password@proxy.example.com:3128, percent-encoded; or is the word environment.",
    ),
    "SECUREMAIL_CLIENT": (
        "inbox.E011",
        "They are PEM files: the certificate with those that issued it, and its key, which the first may hold as well.",
    ),
    "SECUREMAIL_HEADERS": ("inbox.E012", 'It looks like {"X-Tenant": "life"}.'),
    "SECUREMAIL_KEY_HEADER": ("inbox.E012", "It is the name of a header, such as x-api-key."),
    "SECUREMAIL_REQUEST_ID_HEADER": (
        "inbox.E012",
        "It is the name of a header, such as X-Request-Id. Empty: the API is not told the id.",
    ),
    "SECUREMAIL_CONNECTIONS": (
        "inbox.E013",
        'It looks like {"life": {"url": "https://life.example.com/nexus/v3", "keys": ["..."]}}.',
    ),
}


@register("portal")
def api_url(**_: object) -> list[CheckMessage]:
    url = settings.SECUREMAIL_API_URL
    if not url:
        return [Error("SECUREMAIL_API_URL is not set.", hint=_URL_HINT, id="portal.E001")]
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return [Error("SECUREMAIL_API_URL is no address.", hint=_URL_HINT, id="portal.E002")]
    found: list[CheckMessage] = []
    if not host or parts.query or parts.fragment:
        message = "SECUREMAIL_API_URL must be a host and a path."
        found.append(Error(message, hint=_URL_HINT, id="portal.E003"))
    if "@" in parts.netloc:
        found.append(Error("SECUREMAIL_API_URL holds a user name.", hint=_URL_HINT, id="portal.E004"))
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        found.append(
            Error("SECUREMAIL_API_URL must be https: the key and all mail travel there.", id="portal.E005")
        )
    if settings.PRODUCTION and is_loopback(host):
        hint = (
            "Point it at the contact centre's API. ALLOWED_HOSTS, PORTAL_URL or CSRF_TRUSTED_ORIGINS shows that"
            " this portal serves other machines."
        )
        found.append(
            Error("SECUREMAIL_API_URL points at this machine's own sandbox.", hint=hint, id="portal.E006")
        )
    return found


@register("portal")
def api_key(**_: object) -> list[CheckMessage]:
    name = "SECUREMAIL_API_KEYS" if settings.SECUREMAIL_API_KEYS else "SECUREMAIL_API_KEY"
    keys = settings.SECUREMAIL_API_KEYS or [settings.SECUREMAIL_API_KEY]
    if all(re.fullmatch(r"[\x21-\x7e]+", key) for key in keys):
        return []
    problem = "holds a space or a character that no header can carry" if any(keys) else "is not set"
    return [Error(f"{name} {problem}.", hint="Copy the x-api-key again.", id="portal.E007")]


@register("portal")
def connections(**_: object) -> list[CheckMessage]:
    """Every connection can be used: its address, keys, headers, proxy and files."""
    try:
        names = connection_names()
    except ValueError as error:
        return [_error(str(error))]
    return [message for name in ("", *names) for message in _check(name)]


@register(Tags.database)
def connections_of_boxes(*, databases: Sequence[str] | None = None, **_: object) -> list[CheckMessage]:
    """Runs with `migrate`, and with `check --database default`."""
    try:
        names = ("", *connection_names())
        strays = list(Securebox.objects.exclude(connection__in=names)) if databases else []
    except (ValueError, DatabaseError):
        return []  # `connections` tells what is wrong with the setting; before migrations, there is no such column.
    hint = "Give it another connection in the admin, or describe this one in SECUREMAIL_CONNECTIONS."
    return [
        Error(
            f"The securebox {box.slug} has an unknown connection: {box.connection}.",
            hint=hint,
            id="inbox.E014",
        )
        for box in strays
    ]


def _check(name: str) -> Iterator[CheckMessage]:
    try:
        made = connection(name)
        with explained(name):
            made.tls_context()
            if made.proxy:
                made.proxy_tls_context()
    except ValueError as error:
        yield _error(str(error))
        return
    where = f"SECUREMAIL_CONNECTIONS, {name}" if name else "The API"
    if name and settings.PRODUCTION and is_loopback(urlsplit(made.url).hostname or ""):
        yield _error(f"SECUREMAIL_CONNECTIONS, {name}: url must not point at this machine's own sandbox.")
    if not made.url.rstrip("/").endswith("/nexus/v3"):
        hint = "The API's own path is /nexus/v3. Silence this where a gateway has another one."
        yield checks.Warning(f"{where}: the address does not end in /nexus/v3.", hint=hint, id="inbox.W010")
    if made.client_certificate and _has_expired(made.client_certificate):
        hint = "Have a new one issued: a server that checks it lets nobody in."
        yield checks.Warning(
            f"{where}: the client certificate is not valid today.", hint=hint, id="inbox.W011"
        )


def _has_expired(file: str) -> bool:
    certificate = x509.load_pem_x509_certificates(Path(file).read_bytes())[0]
    return not certificate.not_valid_before_utc <= datetime.now(UTC) <= certificate.not_valid_after_utc


def _error(text: str) -> Error:
    number, hint = next(
        (found for setting, found in _NUMBERS.items() if text.startswith(setting)),
        ("inbox.E001", "See docs/going-live.md for what each SECUREMAIL_* setting holds."),
    )
    return Error(f"The API cannot be reached like this: {text}", hint=hint, id=number)
