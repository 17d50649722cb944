"""Codes and passkeys work once, however many requests bring the same one at the same time.

django-allauth keeps what it expects in the session. Requests that run at once each read it there before the first of
them can remove it; and it remembers a used code of an app for 30 seconds, while such a code is valid for 90.
"""

from datetime import timedelta
from typing import Final

from django.http import HttpRequest
from django.utils import timezone

from portal.accounts import single_use
from portal.accounts.allauth_compat import PASSKEY_SESSION_KEY
from portal.accounts.models import Consumer

# Each is longer than the thing itself can be valid, even if a session that was read before brings it back.
_MAILED_CODE: Final = timedelta(hours=2)
_APP_CODE: Final = timedelta(minutes=5)
_PASSKEY: Final = timedelta(days=1)


def use_mailed_code(request: HttpRequest, code: str, *, in_any_browser: bool) -> bool:
    """Whether the right code may still be used. The long code works in any browser, others in one."""
    browser = "" if in_any_browser else request.session.session_key
    return _use_up(f"mailed code {browser} {code}", _MAILED_CODE)


def use_app_code(consumer: Consumer, code: str) -> bool:
    digits = "".join(sign for sign in code if sign.isdigit())
    return _use_up(f"app code {consumer.pk} {digits}", _APP_CODE)


def use_passkey(challenge: str) -> bool:
    return _use_up(f"passkey {challenge}", _PASSKEY)


def passkey_challenge(request: HttpRequest) -> str:
    """What the browser was asked to sign. Empty if it was not asked."""
    return str((request.session.get(PASSKEY_SESSION_KEY) or {}).get("challenge") or "")


def _use_up(what: str, lifetime: timedelta) -> bool:
    return single_use.use_up(what, timezone.now() + lifetime)
