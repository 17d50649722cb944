"""Origins of websites (RFC 6454): scheme, host and port, as browsers write and compare them."""

import re
from functools import cache
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from publicsuffixlist import PublicSuffixList

from portal.loopback import is_loopback

_HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*")
_DEFAULT_PORTS = {"https": 443, "http": 80}


def clean_origin(text: str) -> str:
    """The origin as browsers write it: in lower case, without a default port or a path.

    A final slash is accepted, since a URL copied from a browser has one. Raises ValidationError with a message that
    says what to write instead.
    """
    scheme, host, port = _split(text.strip())
    if scheme != "https" and not (scheme == "http" and is_loopback(host)):
        raise ValidationError(
            _("Write it with https://: what is shown there is confidential."), code="scheme"
        )
    at = "" if port in (None, _DEFAULT_PORTS[scheme]) else f":{port}"
    return f"{scheme}://{host}{at}"


def is_origin(text: str) -> bool:
    """Whether it is an origin, written exactly as browsers write it."""
    try:
        return clean_origin(text) == text
    except ValidationError:
        return False


def is_same_site(one: str, other: str) -> bool:
    """Whether browsers count the two origins as one site, and so send SameSite=Lax cookies in a frame.

    One site is the same scheme and the same registrable domain ("schemeful same-site"); ports do not count.
    """
    one_parts, other_parts = urlsplit(one), urlsplit(other)
    return one_parts.scheme == other_parts.scheme and _registrable_domain(
        one_parts.hostname
    ) == _registrable_domain(other_parts.hostname)


def _split(text: str) -> tuple[str, str, int | None]:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _not_an_origin() from None
    bare = not (parts.query or parts.fragment or "@" in parts.netloc or parts.netloc.endswith(":"))
    if not bare or parts.path not in ("", "/") or "?" in text or "#" in text or not _HOST.fullmatch(host):
        raise _not_an_origin()
    return parts.scheme, host, port


def _not_an_origin() -> ValidationError:
    message = _("Write the address of the website without a path, as in https://www.example.com.")
    return ValidationError(message, code="origin")


def _registrable_domain(host: str | None) -> str:
    if host is None or is_loopback(host) or re.fullmatch(r"[\d.]+", host):
        return host or ""
    return _public_suffixes().privatesuffix(host) or host


@cache
def _public_suffixes() -> PublicSuffixList:
    return PublicSuffixList()
