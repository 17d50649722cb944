"""From a token that holds to a session, by django-allauth's own way in: a second step is asked as always."""

import time
from dataclasses import dataclass
from typing import Any, Final

from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    perform_login,
    record_authentication,
)
from allauth.account.internal.flows.logout import logout
from allauth.account.internal.stagekit import get_pending_stage, stash_login
from allauth.account.models import Login
from allauth.mfa.internal.constants import LoginStageKey
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from portal.accounts.hand_off.claims import Claims
from portal.accounts.hand_off.spending import spend
from portal.accounts.models import Consumer, WindowCode
from portal.accounts.vouching import linking
from portal.accounts.vouching.failures import SignInFailed, Way

_METHOD: Final = "hand_off"  # Among the records of how somebody proved who they are.
_WINDOW: Final = "window"


@dataclass(frozen=True)
class Entered:
    """`changed` says whether the page in the frame is another one now, `ended` whether somebody else's session ended.

    `next` is where a second step is asked, if one is due: until then nobody is signed in.
    """

    changed: bool
    ended: bool = False
    next: str | None = None


def enter(request: HttpRequest, claims: Claims) -> Entered:
    """Sign in whom the token names. Whoever else is signed in is so no longer, even where the token opens nothing.

    Raises AskAgain, AddressTaken, SwitchedOff and OperatorsStayOut.
    """
    spend(claims)
    try:
        consumer = linking.link(request, claims.identity, Way.HAND_OFF)
    except SignInFailed as failure:
        if request.user != failure.consumer:
            end(request)
        raise
    if request.user.pk == consumer.pk:
        return Entered(changed=request.user.email != consumer.email)
    ended = end(request)
    record_authentication(request, consumer, _METHOD)
    response = perform_login(request, Login(user=consumer))
    return Entered(True, ended, None if request.user.is_authenticated else response.url)


def admit(request: HttpRequest, claims: Claims) -> tuple[Consumer, list[dict[str, Any]]]:
    """For a browser that keeps no session: whose account it is, and the records to begin one with elsewhere.

    Raises what `enter` raises.
    """
    spend(claims)
    consumer = linking.link(request, claims.identity, Way.HAND_OFF)
    return consumer, [{"method": _METHOD, "at": time.time()}]


def leave(request: HttpRequest) -> bool:
    """Nobody is signed in at the company: end what a hand-off began, finished or not. Whether there was any."""
    if not began_so(request):
        return False
    end(request)
    return True


def owed_step(request: HttpRequest, wanted: str) -> str | None:
    """Where who was handed over proves the second step that they still owe, on the way to the page they wanted."""
    stage = get_pending_stage(request) if began_so(request) else None
    if stage is None or stage.urlname is None:
        return None
    stage.login.redirect_url = wanted
    stash_login(request, stage.login)
    return reverse(stage.urlname)


def end(request: HttpRequest) -> bool:
    """End what is signed in, or about to be. Whether anybody was signed in."""
    was_in = request.user.is_authenticated
    logout(request, show_message=False)
    return was_in


def carry_on(request: HttpRequest, code: WindowCode) -> HttpResponse:
    """Sign in with what was proved in the frame, as of then. A second step that was passed there is not asked again."""
    consumer, proofs = code.consumer, code.proofs
    began = proofs[0]["at"] if proofs else time.time()
    came = {"method": _WINDOW, "at": proofs[-1]["at"] if proofs else began}
    for proof in (*proofs, came):
        record_authentication(request, consumer, **proof)
    passed = any(proof["method"] == "mfa" for proof in proofs)
    stages = {LoginStageKey.MFA_AUTHENTICATE.value: {"handled": passed}}
    login = Login(user=consumer, redirect_url=code.next, state={"stages": stages})
    response: HttpResponse = perform_login(request, login)
    if request.user.is_authenticated:
        request.session["started"] = int(began)  # A window prolongs no session.
    return response


def began_so(request: HttpRequest) -> bool:
    """Whether a hand-off began this session, or the sign-in that is under way in it."""
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY)
    return bool(records and records[0]["method"] == _METHOD)
