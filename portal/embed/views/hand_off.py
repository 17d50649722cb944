"""The hand-off: a customer who is signed in on the company's website is signed in in its frame, and signed out with it.

Why a hand-off failed is a warning of this module's logger.
"""

import logging

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from portal.accounts.federation.errors import SignInFailed, Way, record
from portal.accounts.federation.handoff import login, logout, tokens
from portal.accounts.federation.handoff.login import Entered
from portal.accounts.login import rate_limits
from portal.accounts.models import Company
from portal.accounts.views.session import forget_site
from portal.embed.frames import Frame
from portal.embed.views.json_view import Body, json_view, problem

log = logging.getLogger(__name__)


@json_view
@sensitive_variables("body", "token")
def exchange(request: HttpRequest, frame: Frame, body: Body) -> HttpResponse:
    """`{"token": "..."}` begins a session; `{"token": null}` ends one that a hand-off began.

    Answers `signed_in` (false while a second step is due), `changed` (the frame has to load its page again), and
    `problem`, a sentence for the user, if the token is refused.
    """
    if frame.website.company is None:
        raise Http404
    token = body.get("token", "")
    if token is None:
        left = logout.leave(request, frame.website.company)
        return _answer(request, Entered(changed=left, ended=left))
    if not isinstance(token, str):
        return problem("Post a token, or null.", 400)
    return _enter(request, frame, frame.website.company, token)


@sensitive_variables("token")
def _enter(request: HttpRequest, frame: Frame, company: Company, token: str) -> HttpResponse:
    try:
        with rate_limits.hand_off(request):
            entered = login.enter(request, tokens.verify(token, company, frame.origin))
    except SignInFailed as failure:
        ended = logout.turn_away(request, failure, tokens.whom(token, company))
        signed_in = request.user.is_authenticated
        answer = failed(request, frame, failure, signed_in=signed_in, changed=ended)
        return forget_site(answer) if ended else answer
    return _answer(request, entered)


def _answer(request: HttpRequest, entered: Entered) -> JsonResponse:
    answer = JsonResponse({"signed_in": request.user.is_authenticated, "changed": entered.changed})
    if entered.ended:
        forget_site(answer)
    return answer


def failed(request: HttpRequest, frame: Frame, failure: SignInFailed, **fields: object) -> JsonResponse:
    """Log the reason for the operator, record the failure in the activity log, and answer with one and the same
    sentence: the customer can do nothing about any of the reasons. `fields` are added to the answer.
    """
    log.warning("Hand-off from %s failed: %s: %s", frame.origin, type(failure).__name__, failure)
    record(request, Way.HAND_OFF, failure.consumer)
    message = _("We could not sign you in from this website. Please load the page again.")
    return problem(message, failure.status, **fields)
