"""Flows that were begun and not finished: a sign-in, a new password, the proof of an address.

django-allauth keeps each in the session and knows the account by its primary key only. Here each flow is tied to the
account's state when it began: once the address, the password or the active flag changes, the flow is discarded.
"""

from typing import Any, NamedTuple

from allauth.account.utils import url_str_to_user_pk
from django.http import HttpRequest

from portal.accounts.allauth_compat import (
    EMAIL_VERIFICATION_CODE_SESSION_KEY,
    LOGIN_SESSION_KEY,
    PASSWORD_RESET_VERIFICATION_SESSION_KEY,
    EmailVerificationProcess,
    clear_login,
    str_to_user_id,
)
from portal.accounts.models import Consumer
from portal.keyed_hashes import keyed_hashes

# In the session: for each flow, when it began and the fingerprint of its account. Sessions already stored use this key.
_STAMPS = "pending"
# The fingerprints in sessions already stored are made with it.
_FINGERPRINT_SALT = "portal.accounts.pending"
_CODE_FLOWS = (EMAIL_VERIFICATION_CODE_SESSION_KEY, PASSWORD_RESET_VERIFICATION_SESSION_KEY)


class _Flow(NamedTuple):
    began_at: float  # Seconds since the epoch.
    consumer_pk: Any
    address: str


def discard(request: HttpRequest) -> bool:
    """Discard flows of accounts that have changed since, and flows without a stamp. True if there were any.

    Call it before each view, and `stamp` after it.
    """
    stamps = request.session.get(_STAMPS, {})
    stale = [key for key, flow in _flows(request).items() if not _is_current(request, flow, stamps.get(key))]
    for key in stale:
        if key == LOGIN_SESSION_KEY:
            clear_login(request)  # Also the authentication records of the steps that were passed.
        request.session.pop(key, None)
    return bool(stale)


def stamp(request: HttpRequest) -> None:
    """Tie flows that have just begun to their accounts. Earlier ones keep the stamp that they have."""
    stamps = request.session.get(_STAMPS, {})
    current = {}
    for key, flow in _flows(request).items():
        is_stamped = key in stamps and stamps[key][0] == flow.began_at
        current[key] = stamps[key] if is_stamped else [flow.began_at, _fingerprints(request, flow)[0]]
    if current != stamps:
        request.session[_STAMPS] = current
    if not current and _has_pretended_flow(request):
        # Take as long as for an account, so that the time does not tell which addresses have one.
        _fingerprints(request, _Flow(0, 0, ""))


def pending_address(request: HttpRequest) -> str:
    """The address to which a code was mailed that is still valid. Otherwise empty."""
    process = EmailVerificationProcess.resume(request)
    return str(process.email) if process else ""


def pending_login_address(request: HttpRequest) -> str:
    """The address that was typed for the unfinished sign-in, whether or not it has an account. Otherwise empty."""
    login = request.session.get(LOGIN_SESSION_KEY) or {}
    return str(login.get("email") or "")


def _flows(request: HttpRequest) -> dict[str, _Flow]:
    """The unfinished flows of accounts that exist, by session key. For other addresses, flows are pretended."""
    flows = {}
    login = request.session.get(LOGIN_SESSION_KEY)
    if login and login["user_pk"]:
        consumer_pk = url_str_to_user_pk(login["user_pk"])
        flows[LOGIN_SESSION_KEY] = _Flow(login["initiated_at"], consumer_pk, login["email"] or "")
    for key in _CODE_FLOWS:
        code = request.session.get(key)
        if code and code.get("user_id"):
            flows[key] = _Flow(code["at"], str_to_user_id(code["user_id"]), code["email"])
    return flows


def _has_pretended_flow(request: HttpRequest) -> bool:
    """Whether a flow seems to be unfinished, for an address that has no account."""
    return LOGIN_SESSION_KEY in request.session or any(key in request.session for key in _CODE_FLOWS)


def _is_current(request: HttpRequest, flow: _Flow, stamp: list[Any] | None) -> bool:
    if stamp is None or not stamp[1]:
        return False
    return bool(stamp[0] == flow.began_at) and stamp[1] in _fingerprints(request, flow)


def _fingerprints(request: HttpRequest, flow: _Flow) -> list[str]:
    """They change whenever the account changes. One empty text if the flow must not be finished.

    The first is current; the others were made with a former SECRET_KEY.
    """
    consumer = Consumer.objects.filter(pk=flow.consumer_pk).first() or Consumer()
    account = f"{consumer.pk} {consumer.is_active} {consumer.email} {consumer.password}"
    fingerprints = keyed_hashes(_FINGERPRINT_SALT, account)
    # Only a user who is signed in may prove another address than the account's own.
    is_other_address = flow.address.lower() not in ("", consumer.email) and request.user.pk != consumer.pk
    return [""] if consumer.pk is None or is_other_address else fingerprints
