"""Browsers in which a user has signed in before, recognised by a cookie (OWASP calls it a device cookie).

Wrong passwords are counted for each account, wherever they come from. A stranger who types wrong ones on purpose would
lock the owner out. So a browser that the owner has used before has a count of its own.
"""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

_COOKIE = "known"
_SALT = (
    "portal.accounts.known_browsers"  # Never change it: the cookies in users' browsers are signed with it.
)
_LIFETIME = 180 * 24 * 3600  # Seconds.
_MAX_ACCOUNTS = 5  # In one browser.


def device_id(request: HttpRequest, address: str) -> str:
    """The browser's id, if a user signed in to the account with this address in it before. Otherwise empty."""
    device, fingerprints = _read(request)
    return device if _fingerprint(address) in fingerprints else ""


def remember(request: HttpRequest, response: HttpResponse, address: str) -> None:
    """Remember a sign-in that has just succeeded."""
    device, fingerprints = _read(request)
    current = _fingerprint(address)
    fingerprints = [current, *(other for other in fingerprints if other != current)][:_MAX_ACCOUNTS]
    response.set_cookie(
        _COOKIE,
        signing.dumps([device or secrets.token_hex(8), fingerprints], salt=_SALT),
        max_age=_LIFETIME,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite=settings.SESSION_COOKIE_SAMESITE,
    )


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        device, fingerprints = signing.loads(request.COOKIES.get(_COOKIE, ""), salt=_SALT, max_age=_LIFETIME)
    except signing.BadSignature:
        return "", []
    return device, fingerprints


def _fingerprint(address: str) -> str:
    """Stands for the address in the cookie: another user of the same browser could read the address itself."""
    return salted_hmac(_SALT, address.lower(), algorithm="sha256").hexdigest()[:16]
