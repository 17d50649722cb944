"""The mail that answers a request for a code. Each request writes one row: a mail's, or a decoy's in its place.

So what a page has to do is the same for an address that has no account, for one whose owner gets no further mail, and
for one that is mailed a code.
"""

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import get_random_string

from portal.accounts.emails import queue

_BROWSER: Final = (
    "code_mails"  # In the session: tells the mails that this browser asked for from those of others.
)


def add(request: HttpRequest, purpose: str, template: str, to: str, context: dict[str, Any]) -> None:
    """A newer mail for the same purpose, address and browser replaces one that waits: only its code is expected.

    One that another browser asked for stays: strangers must not be able to replace the owner's.
    """
    _mark_answered(request)
    topic = _topic(request, purpose, to)
    queue.add_code(template, to, context, topic=topic, seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)


def add_decoy_if_unanswered(request: HttpRequest) -> None:
    """Call it after each view: if a code was asked for and no mail answers that, a decoy does."""
    if not is_asked_for(request) or hasattr(request, "code_is_mailed"):
        return
    _mark_answered(request)
    topic = _topic(request, "", "")
    queue.add_decoy("", topic=topic, seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)


def is_asked_for(request: HttpRequest) -> bool:
    """Whether `mailed_codes.count_request` has counted a code in this request."""
    return hasattr(request, "long_code")


def _mark_answered(request: HttpRequest) -> None:
    request.code_is_mailed = True  # type: ignore[attr-defined]  # Ours.


def _topic(request: HttpRequest, purpose: str, to: str) -> str:
    browser = request.session.setdefault(_BROWSER, get_random_string(16))
    return f"{purpose} {to.lower()} {browser}"
