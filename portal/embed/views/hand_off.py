"""A customer who is signed in at the company is signed in here, and signed out when they are so there."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.debug import sensitive_variables

from portal.accounts.federation.errors import SignInFailed
from portal.accounts.federation.handoff import login, logout, tokens
from portal.accounts.federation.handoff.login import Entered
from portal.accounts.login import rate_limits
from portal.accounts.models import Company
from portal.accounts.views.session import forget_site
from portal.embed.frame import Frame
from portal.embed.views.posted import Body, problem, refuse, script_view


@script_view
@sensitive_variables("body", "token")
def exchange(request: HttpRequest, here: Frame, body: Body) -> HttpResponse:
    """`{"token": "..."}` becomes a session; `{"token": null}` ends one that began so.

    Answers `signed_in` (not yet, where a second step is due) and `changed` (the frame's page is another one now), and
    beside them `problem` in words where a token is refused.
    """
    if here.website.company is None:
        raise Http404
    token = body.get("token", "")
    if token is None:
        left = logout.leave(request, here.website.company)
        return _answer(request, Entered(changed=left, ended=left))
    if not isinstance(token, str):
        return problem("Post a token, or null.", 400)
    return _enter(request, here, here.website.company, token)


@sensitive_variables("token")
def _enter(request: HttpRequest, here: Frame, company: Company, token: str) -> HttpResponse:
    try:
        with rate_limits.hand_off(request):
            entered = login.enter(request, tokens.verify(token, company, here.origin))
    except SignInFailed as failure:
        ended = logout.turn_away(request, failure, tokens.whom(token, company))
        signed_in = request.user.is_authenticated
        answer = refuse(request, here, failure, signed_in=signed_in, changed=ended)
        return forget_site(answer) if ended else answer
    return _answer(request, entered)


def _answer(request: HttpRequest, entered: Entered) -> JsonResponse:
    answer = JsonResponse({"signed_in": request.user.is_authenticated, "changed": entered.changed})
    if entered.ended:
        forget_site(answer)
    return answer
