"""From a token that holds to a session, by django-allauth's own way in: a second step is asked as always."""

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
from portal.accounts.federation import linking
from portal.accounts.federation.errors import OperatorsStayOut, Way
from portal.accounts.federation.handoff.logout import began_so, end, is_operators
from portal.accounts.federation.handoff.readings import GoodToken
from portal.accounts.federation.handoff.replay import spend
from portal.accounts.login.reauthentication import HAND_OFF, WINDOW
from portal.accounts.models import Consumer, WindowCode


@dataclass(frozen=True)
class Entered:
    """`changed`: the page in the frame is another one now. `ended`: a session did, of somebody else."""

    changed: bool
    ended: bool = False


def enter(request: HttpRequest, good: GoodToken) -> Entered:
    """Sign in whom the token names, or begin to where a second step is due. Whoever else was signed in is so no longer.

    Raises AskAgain, AddressTaken, SwitchedOff and OperatorsStayOut: see `leaving.turn_away`.
    """
    if is_operators(request):
        raise OperatorsStayOut("an operator is signed in in this browser")
    spend(good)
    consumer = linking.link(request, good.identity, Way.HAND_OFF)
    if request.user.pk == consumer.pk:
        return Entered(changed=request.user.email != consumer.email)
    stage = _owed(request)
    if stage and stage.login.user == consumer:
        return Entered(changed=False)
    ended = end(request)
    record_authentication(request, consumer, HAND_OFF, issuer=good.identity.issuer)
    perform_login(request, Login(user=consumer))
    return Entered(changed=True, ended=ended)


def admit(request: HttpRequest, good: GoodToken) -> tuple[Consumer, list[dict[str, Any]]]:
    """For a browser that keeps no session: whose account it is, and the records to begin one with elsewhere.

    Raises what `enter` raises.
    """
    spend(good)
    consumer = linking.link(request, good.identity, Way.HAND_OFF)
    return consumer, [{"method": HAND_OFF, "at": time.time(), "issuer": good.identity.issuer}]


def owes_step(request: HttpRequest) -> bool:
    """Whether somebody was handed over, and is signed in once they have proved their second step."""
    return _owed(request) is not None


def owed_step(request: HttpRequest, wanted: str) -> str | None:
    """Where who was handed over proves the second step that they still owe, on the way to the page they wanted."""
    stage = _owed(request)
    if stage is None:
        return None
    stage.login.redirect_url = wanted
    stash_login(request, stage.login)
    return reverse(stage.urlname)


def carry_on(request: HttpRequest, code: WindowCode) -> HttpResponse:
    """Sign in with what was proved in the frame, as of then. A second step that was passed there is not asked again.

    The session ends with the frame's own at the latest, if the code comes from one: see
    `portal.accounts.sessions.child_sessions`.
    """
    consumer, proofs = code.consumer, code.proofs
    came = {"method": WINDOW, "at": proofs[-1]["at"] if proofs else time.time()}
    for proof in (*proofs, came):
        record_authentication(request, consumer, **proof)
    passed = any(proof["method"] == "mfa" for proof in proofs)
    stages = {MFA_STAGE: {"handled": passed}}
    login = Login(
        user=consumer,
        redirect_url=code.next,
        state={"stages": stages},
        signal_kwargs={"opened_from": code.session_id},
    )
    response: HttpResponse = perform_login(request, login)
    return response


def _owed(request: HttpRequest) -> LoginStage | None:
    """The step that keeps who was handed over from being signed in."""
    stage = get_pending_stage(request) if began_so(request) else None
    return stage if stage and stage.urlname else None
