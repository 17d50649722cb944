"""A form that signs in and is sent twice, as by a double click, is answered once, and the second time like the first.

The browser shows the answer that comes last, and has thrown the first one away, with the cookie of the new session in
it. So the second request waits for the first and gets the same redirect and the same session. Only whoever sends the
same cookies and the same form, with its code or password, within half a minute is answered like that.

What is remembered is in the cache, encrypted. Without the cache, the second request goes its own way: what works once
is used up in the database, and the page says so.
"""

import hashlib
import json
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, UnreadablePostError

from portal import encryption
from portal.accounts.sessions.store import JoinedSession
from portal.cache.unavailable import CacheUnavailable

_REMEMBERED: Final = 30  # Seconds.
_PATIENCE: Final = 10.0  # Seconds for which a request waits for the one before it.
_UNDER_WAY: Final = ""
# The URL names of the forms that sign in, or lead on to a second step.
_FORMS: Final = {
    "account_confirm_login_code",
    "account_email_verification_sent",
    "account_confirm_password_reset_code",
    "account_invitation",
    "account_login",
    "embed_continue",
    "mfa_authenticate",
    "mfa_login_webauthn",
}


class RepeatedFormMiddleware:
    """Outside the session's middleware: the first answer is remembered when its session is stored."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if key := getattr(request, "repeated_form", ""):
            with suppress(CacheUnavailable):
                _remember(key, request, response)
        return response

    def process_view(self, request: HttpRequest, _view: object, *_args: Any) -> HttpResponse | None:
        page = request.resolver_match
        if request.method != "POST" or page is None or page.url_name not in _FORMS:
            return None
        if not (key := _key(request)):
            return None
        with suppress(CacheUnavailable):
            if not cache.add(key, _UNDER_WAY, _REMEMBERED):
                return _answer(request, _wait_for(key))
            request.repeated_form = key  # type: ignore[attr-defined]  # Ours.
        return None


def _key(request: HttpRequest) -> str:
    """Empty for a browser that cannot be told from others, because it sends no cookie, or whose form breaks off."""
    cookies = [
        request.COOKIES.get(name) for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
    ]
    if not any(cookies):
        return ""
    try:
        form = hashlib.sha256(request.body).hexdigest()
    except UnreadablePostError:
        return ""
    sent = json.dumps([cookies, request.get_full_path(), form])
    return f"repeated-form:{hashlib.sha256(sent.encode()).hexdigest()}"


def _remember(key: str, request: HttpRequest, response: HttpResponse) -> None:
    """Only if it leads on: after any other page, such as one with an error, the same form may be sent once more."""
    if isinstance(response, HttpResponseRedirect) and urlsplit(response.url).path != request.path:
        outcome = json.dumps([response.url, request.session.session_key])
        cache.set(key, encryption.encrypt(outcome), _REMEMBERED)
    else:
        cache.delete(key)


def _wait_for(key: str) -> str | None:
    until = time.monotonic() + _PATIENCE
    outcome: str | None
    while (outcome := cache.get(key)) == _UNDER_WAY and time.monotonic() < until:
        time.sleep(0.05)
    return outcome


def _answer(request: HttpRequest, outcome: str | None) -> HttpResponse | None:
    """None if there is nothing to repeat."""
    if not outcome:
        return None
    location, session_key = json.loads(encryption.decrypt(outcome))
    if session_key:
        session = JoinedSession(session_key)
        if not session.exists(session_key):
            return None  # It has ended meanwhile.
        session.modified = True  # So that its cookie is set.
        request.session = session
    return HttpResponseRedirect(location)
