"""Browsers in which somebody has signed in before, by a cookie that says so and nothing more.

Wrong passwords are counted for each account, wherever they come from. A stranger who types them on purpose would
so lock the owner out, were it not for this: a browser that the owner has used is counted by itself.
"""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

_COOKIE = "known"
_SALT = "portal.accounts.known_browsers"
_LIFETIME = 180 * 24 * 3600  # Seconds.
_MOST = 5  # Accounts in one browser.


def name(request: HttpRequest, address: str) -> str:
    """The name of this browser, if somebody has signed in to the account with this address in it; else empty."""
    name, known = _read(request)
    return name if _mark(address) in known else ""


def remember(request: HttpRequest, response: HttpResponse, address: str) -> None:
    """To be called where somebody has just signed in."""
    name, known = _read(request)
    known = [_mark(address), *(mark for mark in known if mark != _mark(address))][:_MOST]
    response.set_cookie(
        _COOKIE,
        signing.dumps([name or secrets.token_hex(8), known], salt=_SALT),
        max_age=_LIFETIME,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite=settings.SESSION_COOKIE_SAMESITE,
    )


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        name, known = signing.loads(request.COOKIES.get(_COOKIE, ""), salt=_SALT, max_age=_LIFETIME)
    except signing.BadSignature:
        return "", []
    return name, known


def _mark(address: str) -> str:
    """The cookie names no address: whoever uses the same browser could read it."""
    return salted_hmac(_SALT, address.lower(), algorithm="sha256").hexdigest()[:16]
