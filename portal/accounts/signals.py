"""What happens when a user signs in or out, or an account changes: mainly lines in the activity log."""

from typing import Any

from allauth.account import signals as account
from allauth.account.models import EmailAddress
from allauth.mfa import signals as mfa
from allauth.socialaccount.models import SocialLogin
from allauth.usersessions import signals as usersessions
from allauth.usersessions.models import UserSession
from django.contrib.auth import logout
from django.contrib.auth import signals as auth
from django.http import HttpRequest, HttpResponse

from portal.accounts.allauth_compat import get_authentication_records
from portal.accounts.audit import activity
from portal.accounts.audit.activity import Event
from portal.accounts.federation.oidc import logout as oidc_logout
from portal.accounts.login import device_cookies, rate_limits
from portal.accounts.login import mfa as second_steps
from portal.accounts.models import Consumer
from portal.accounts.sessions import child_sessions, lifetime
from portal.accounts.sessions.revoke import revoke_all
from portal.accounts.signup import self_service
from portal.metrics import sign_in_failed, signed_in

# django-allauth's names of the methods in authentication records, and the log's.
_METHODS = {
    "password": "password",
    "code": "code by e-mail",
    "mfa": "second step",
    "socialaccount": "company",
    "hand_off": "hand_off",
    "window": "window",
}


def connect() -> None:
    # At each sign-in, it also opens every other session of the person, and deletes the rows of those that it does not
    # find: also of one that is just getting a new key, which could then not be revoked. `manage.py tidy` deletes them.
    account.user_logged_in.disconnect(usersessions.on_user_logged_in)
    for signal, receiver in {
        auth.user_logged_in: lifetime.start,
        auth.user_logged_out: _signed_out,
        auth.user_login_failed: _sign_in_failed,
        account.user_logged_in: _signed_in,
        account.email_confirmed: _address_proved,
        account.password_changed: _password_changed,
        account.password_set: _password_changed,
        account.password_reset: _password_reset,
        account.email_changed: _address_changed,
        account.login_code_rejected: _code_rejected,
        account.password_reset_code_rejected: _code_rejected,
        account.email_verification_code_rejected: _address_code_rejected,
        mfa.authentication_failed: _second_step_failed,
        mfa.authenticator_added: _authenticator_added,
        mfa.authenticator_removed: _authenticator_removed,
        mfa.authenticator_reset: _authenticator_reset,
    }.items():
        signal.connect(receiver)


def _signed_in(
    request: HttpRequest,
    response: HttpResponse,
    user: Consumer,
    sociallogin: SocialLogin | None = None,
    opened_from: int | None = None,
    **_: Any,
) -> None:
    """`opened_from` is set for a window opened from a frame: the primary key of the frame's row of UserSession."""
    UserSession.objects.create_from_request(request)
    if opened_from is not None and not child_sessions.link(request, opened_from):
        logout(request)
        return
    if sociallogin is not None:
        oidc_logout.remember_id_token(request, sociallogin)
    device_cookies.remember(request, response, user.email)
    records = get_authentication_records(request, user)
    methods = (record.get("type") or record.get("method") for record in records)
    words = dict.fromkeys(_METHODS.get(method, method) for method in methods if method)
    signed_in(next((word for word in words if word in _METHODS.values()), "other"))
    activity.record(Event.SIGNED_IN, user, request, detail=", ".join(words))


def _signed_out(request: HttpRequest, user: Consumer | None, **_: Any) -> None:
    child_sessions.revoke_with_children(request)
    if user is not None and user.pk:
        activity.record(Event.SIGNED_OUT, user, request)


def _sign_in_failed(request: HttpRequest | None, credentials: dict[str, Any], **_: Any) -> None:
    """A wrong password. An unknown address is not logged: users type passwords into that field by mistake."""
    address = str(credentials.get("email") or credentials.get("username") or "").lower()
    consumer = Consumer.objects.filter(email=address).first()
    sign_in_failed("password")
    activity.record(Event.SIGN_IN_FAILED, consumer, request, detail=_attempt("password", request))


def _attempt(method: str, request: HttpRequest | None) -> str:
    """The method, with "again" if it was a reauthentication within a session."""
    return f"{method} again" if request and request.user.is_authenticated else method


def _code_rejected(request: HttpRequest, user: Consumer, **_: Any) -> None:
    sign_in_failed("code by e-mail")
    if rate_limits.may_record_wrong_code(request, user):
        activity.record(Event.SIGN_IN_FAILED, user, request, detail="code by e-mail")


def _address_code_rejected(request: HttpRequest, user: Consumer, **_: Any) -> None:
    if rate_limits.may_record_wrong_code(request, user):
        activity.record(Event.ADDRESS_CODE_WRONG, user, request)


def _second_step_failed(request: HttpRequest, user: Consumer, **_: Any) -> None:
    sign_in_failed("second step")
    activity.record(Event.SIGN_IN_FAILED, user, request, detail=_attempt("second step", request))


def _address_proved(request: HttpRequest, email_address: EmailAddress, **_: Any) -> None:
    self_service.complete(request, email_address)


def _password_changed(request: HttpRequest, user: Consumer, **_: Any) -> None:
    """End all other sessions: they may belong to a person who knew the old password."""
    revoke_all(user, except_key=request.session.session_key)
    activity.record(Event.PASSWORD_CHANGED, user, request)


def _password_reset(request: HttpRequest, user: Consumer, **_: Any) -> None:
    revoke_all(user)
    activity.record(Event.PASSWORD_RESET, user, request)


def _address_changed(
    request: HttpRequest, user: Consumer, from_email_address: EmailAddress | None, **_: Any
) -> None:
    """End all other sessions, and renew this one's key: with another address, the account shows another mailbox."""
    if from_email_address is None:
        return  # The account's first verified address.
    revoke_all(user, except_key=request.session.session_key)
    lifetime.cycle_key(request)
    activity.record(Event.ADDRESS_CHANGED, user, request, detail=from_email_address.email)


def _authenticator_added(request: HttpRequest, user: Consumer, authenticator: Any, **_: Any) -> None:
    if authenticator.type == authenticator.Type.RECOVERY_CODES:
        activity.record(Event.RECOVERY_CODES_MADE, user, request)
    else:
        second_steps.on_activated(request, user, authenticator)
        activity.record(Event.SECOND_STEP_ADDED, user, request, detail=authenticator.type)


def _authenticator_removed(request: HttpRequest, user: Consumer, authenticator: Any, **_: Any) -> None:
    activity.record(Event.SECOND_STEP_REMOVED, user, request, detail=authenticator.type)


def _authenticator_reset(request: HttpRequest, user: Consumer, **_: Any) -> None:
    activity.record(Event.RECOVERY_CODES_MADE, user, request)
