"""What somebody has begun and not finished: a sign-in, a new password, the proof of an address.

django-allauth keeps each in the session and knows the account by its key alone. Here it is tied to the account as
it was then: after a change of its address, its password or its activity, what was begun before opens nothing.
"""

from typing import Any, NamedTuple

from allauth.account.utils import url_str_to_user_pk
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from portal.accounts.allauth_compat import (
    EMAIL_VERIFICATION_CODE_SESSION_KEY,
    LOGIN_SESSION_KEY,
    PASSWORD_RESET_VERIFICATION_SESSION_KEY,
    EmailVerificationProcess,
    clear_login,
    str_to_user_id,
)
from portal.accounts.models import Consumer

_MARKS = "pending"  # In the session: for each that is under way, when it began, and for which account.
_CODES = (EMAIL_VERIFICATION_CODE_SESSION_KEY, PASSWORD_RESET_VERIFICATION_SESSION_KEY)


class _Begun(NamedTuple):
    at: float
    consumer: Any  # The account's key.
    address: str


def drop_outdated(request: HttpRequest) -> bool:
    """Forget what was begun for an account that has changed since, and whatever bears no mark. True if there was any.

    To be called before each view, as `mark` is after it.
    """
    marks = request.session.get(_MARKS, {})
    begun = _begun(request)
    outdated = [key for key, one in begun.items() if not _is_current(request, one, marks.get(key))]
    for key in outdated:
        if key == LOGIN_SESSION_KEY:
            clear_login(request)  # What was proved on the way goes too.
        request.session.pop(key, None)
    return bool(outdated)


def mark(request: HttpRequest) -> None:
    """Tie what has just been begun to its account. What was begun before keeps the mark that it has."""
    marks = request.session.get(_MARKS, {})
    current = {}
    for key, one in _begun(request).items():
        known = key in marks and marks[key][0] == one.at
        current[key] = marks[key] if known else [one.at, _fingerprint(request, one)]
    if current != marks:
        request.session[_MARKS] = current
    if not current and _is_pretended(request):
        # For as long as it takes for an account: nobody is to tell the two apart by it.
        _fingerprint(request, _Begun(0, 0, ""))


def address(request: HttpRequest) -> str:
    """The address that a code was sent to, as long as that code holds; else empty."""
    process = EmailVerificationProcess.resume(request)
    return str(process.email) if process else ""


def _begun(request: HttpRequest) -> dict[str, _Begun]:
    """What is under way in this session for an account that exists. For addresses without one all is pretended."""
    begun = {}
    sign_in = request.session.get(LOGIN_SESSION_KEY)
    if sign_in and sign_in["user_pk"]:
        consumer = url_str_to_user_pk(sign_in["user_pk"])
        begun[LOGIN_SESSION_KEY] = _Begun(sign_in["initiated_at"], consumer, sign_in["email"] or "")
    for key in _CODES:
        code = request.session.get(key)
        if code and code.get("user_id"):
            begun[key] = _Begun(code["at"], str_to_user_id(code["user_id"]), code["email"])
    return begun


def _is_pretended(request: HttpRequest) -> bool:
    """Whether something seems to be under way for an address that has no account."""
    return LOGIN_SESSION_KEY in request.session or any(key in request.session for key in _CODES)


def _is_current(request: HttpRequest, begun: _Begun, mark: list[Any] | None) -> bool:
    return mark is not None and bool(mark[1]) and mark == [begun.at, _fingerprint(request, begun)]


def _fingerprint(request: HttpRequest, begun: _Begun) -> str:
    """Another one whenever the account has changed; empty where nothing may come of what was begun."""
    consumer = Consumer.objects.filter(pk=begun.consumer).first() or Consumer()
    account = f"{consumer.pk} {consumer.is_active} {consumer.email} {consumer.password}"
    fingerprint = salted_hmac("portal.accounts.pending", account, algorithm="sha256").hexdigest()
    # Only who is signed in may prove another address than the account's own.
    is_another = begun.address.lower() not in ("", consumer.email) and request.user.pk != consumer.pk
    return "" if consumer.pk is None or is_another else fingerprint
