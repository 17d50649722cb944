"""From a token, or from a window's code, to a session. django-allauth's login runs, so a second step is still asked."""

import time
from dataclasses import dataclass
from typing import Any

from allauth.account.models import Login
from allauth.account.stages import LoginStage
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from portal.accounts.allauth_compat import (
    MFA_STAGE,
    get_pending_stage,
    perform_login,
    record_authentication,
    stash_login,
)
from portal.accounts.federation.errors import LoginSource, OperatorNotAllowed
from portal.accounts.federation.handoff import replay, tokens
from portal.accounts.federation.handoff.logout import end_session, is_handoff_session, is_operator_session
from portal.accounts.federation.linking import link_account
from portal.accounts.login.reauthentication import HAND_OFF, WINDOW
from portal.accounts.models import Company, Consumer, WindowCode


@dataclass(frozen=True)
class LoginResult:
    """`page_changed`: the frame has to load its page again. `session_ended`: another customer was signed out."""

    page_changed: bool
    session_ended: bool = False


def login_with_token(request: HttpRequest, token: str, company: Company, origin: str) -> LoginResult:
    """Sign the customer in, or start the sign-in where a second step is due. Ends another customer's session.

    Raises what `tokens.verify` raises, and TokenExpired (used before), AddressTaken, AccountDisabled and
    OperatorNotAllowed. After an error, call `logout.end_on_rejected_token`.
    """
    verified = tokens.verify(token, company, origin)
    if is_operator_session(request):
        raise OperatorNotAllowed("an operator is signed in in this browser")
    replay.spend(verified)
    consumer = link_account(request, verified.identity, LoginSource.HAND_OFF)
    if request.user.pk == consumer.pk:
        # `request.user` was read before the account followed to a new address.
        return LoginResult(page_changed=request.user.email != consumer.email)
    stage = _pending_stage(request)
    if stage and stage.login.user == consumer:
        return LoginResult(page_changed=False)
    was_signed_in = end_session(request)
    record_authentication(request, consumer, HAND_OFF, issuer=verified.identity.issuer)
    perform_login(request, Login(user=consumer))
    return LoginResult(page_changed=True, session_ended=was_signed_in)


def authenticate_only(
    request: HttpRequest, token: str, company: Company, origin: str
) -> tuple[Consumer, list[dict[str, Any]]]:
    """The token's account, and the authentication records for `window_code.issue`. No session is touched.

    For browsers that store no cookies in frames. Raises what `login_with_token` raises.
    """
    verified = tokens.verify(token, company, origin)
    replay.spend(verified)
    consumer = link_account(request, verified.identity, LoginSource.HAND_OFF)
    return consumer, [{"method": HAND_OFF, "at": time.time(), "issuer": verified.identity.issuer}]


def login_with_code(request: HttpRequest, code: WindowCode) -> HttpResponse:
    """Sign in with the authentication records of the frame's session; a second step passed there is not asked again.

    If the code comes from a session, the new session ends with it at the latest: see
    `portal.accounts.sessions.child_sessions`.
    """
    consumer, proofs = code.consumer, code.proofs
    opened = {"method": WINDOW, "at": proofs[-1]["at"] if proofs else time.time()}
    for proof in (*proofs, opened):
        record_authentication(request, consumer, **proof)
    passed_mfa = any(proof["method"] == "mfa" for proof in proofs)
    login = Login(
        user=consumer,
        redirect_url=code.next,
        state={"stages": {MFA_STAGE: {"handled": passed_mfa}}},
        signal_kwargs={"opened_from": code.session_id},
    )
    response: HttpResponse = perform_login(request, login)
    return response


def has_pending_mfa(request: HttpRequest) -> bool:
    """Whether a hand-off waits for the customer's second step."""
    return _pending_stage(request) is not None


def pending_mfa_url(request: HttpRequest, next_url: str) -> str | None:
    """The page of the second step for which a hand-off waits, if any. It leads on to `next_url`."""
    stage = _pending_stage(request)
    if stage is None:
        return None
    stage.login.redirect_url = next_url
    stash_login(request, stage.login)
    return reverse(stage.urlname)


def _pending_stage(request: HttpRequest) -> LoginStage | None:
    """The stage of django-allauth's login at which a hand-off waits for the customer."""
    stage = get_pending_stage(request) if is_handoff_session(request) else None
    return stage if stage and stage.urlname else None
