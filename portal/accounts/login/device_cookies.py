"""Browsers in which a user has signed in before, recognised by a cookie (OWASP calls it a device cookie).

Strangers who type wrong passwords and request codes on purpose use up the limits of an account or of a network. So a
browser that the owner has used before has counts of its own.
"""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from portal.keyed_hashes import keyed_hashes

_COOKIE = "known"
_SALT = (
    "portal.accounts.known_browsers"  # Never change it: the cookies in users' browsers are signed with it.
)
_LIFETIME = 180 * 24 * 3600  # Seconds.
_MAX_ACCOUNTS = 5  # In one browser.


def device_id(request: HttpRequest, address: str) -> str:
    """The browser's id, if a user signed in to the account with this address in it before. Otherwise empty."""
    device, fingerprints = _read(request)
    return "" if set(_fingerprints(address)).isdisjoint(fingerprints) else device


def browser_id(request: HttpRequest) -> str:
    """The browser's id, if a user signed in to any account in it before. Otherwise empty."""
    return _read(request)[0]


def remember(request: HttpRequest, response: HttpResponse, address: str) -> None:
    """Remember a sign-in that has just succeeded."""
    device, fingerprints = _read(request)
    current, *former = _fingerprints(address)
    others = [other for other in fingerprints if other not in (current, *former)]
    fingerprints = [current, *others][:_MAX_ACCOUNTS]
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


def _fingerprints(address: str) -> list[str]:
    """What stands for the address in the cookie, where another user of the same browser could read it.

    The first is current; the others were made with a former SECRET_KEY.
    """
    return [fingerprint[:16] for fingerprint in keyed_hashes(_SALT, address.lower())]
