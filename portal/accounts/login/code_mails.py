"""The mail that answers a request for a code. Each request writes one row: a mail's, or a decoy's in its place.

So what a page has to do is the same for an address that has no account, for one whose owner gets no further mail, and
for one that is mailed a code.
"""

from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import get_random_string

from portal.accounts.emails import queue

# A code is not mailed so late that it is over before it is typed.
_LAST_MOMENT: Final = timedelta(minutes=1)
_BROWSER: Final = (
    "code_mails"  # In the session: tells the mails that this browser asked for from those of others.
)


def add(request: HttpRequest, purpose: str, template: str, to: str, context: dict[str, Any]) -> None:
    """A newer mail for the same purpose, address and browser replaces one that waits: only its code is expected.

    One that another browser asked for stays: strangers must not be able to replace the owner's.
    """
    _mark_answered(request)
    until = timezone.now() + timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
    topic, expires_at = _topic(request, purpose, to), until - _LAST_MOMENT
    queue.add_code(template, to, context | {"valid_until": until}, topic=topic, expires_at=expires_at)


def add_decoy_if_unanswered(request: HttpRequest) -> None:
    """Call it after each view: if a code was asked for and no mail answers that, a decoy does."""
    if not is_asked_for(request) or hasattr(request, "code_is_mailed"):
        return
    _mark_answered(request)
    queue.add_decoy("", topic=_topic(request, "", ""), expires_at=timezone.now() + _LAST_MOMENT)


def is_asked_for(request: HttpRequest) -> bool:
    """Whether `mailed_codes.count_request` has counted a code in this request."""
    return hasattr(request, "long_code")


def _mark_answered(request: HttpRequest) -> None:
    request.code_is_mailed = True  # type: ignore[attr-defined]  # Ours.


def _topic(request: HttpRequest, purpose: str, to: str) -> str:
    browser = request.session.setdefault(_BROWSER, get_random_string(16))
    return f"{purpose} {to.lower()} {browser}"
