"""A customer who is signed in at the company is signed in here, and signed out when they are so there."""

from django.http import Http404, HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.debug import sensitive_variables

from portal.accounts import limits
from portal.accounts.hand_off import entering, tokens
from portal.accounts.hand_off.entering import Entered
from portal.accounts.views.session import forget_site
from portal.embed.frame import Frame
from portal.embed.views.posted import Body, problem, script_view


@script_view
@sensitive_variables("body", "token")
def exchange(request: HttpRequest, here: Frame, body: Body) -> JsonResponse:
    """`{"token": "..."}` becomes a session; `{"token": null}` ends one that began so.

    Answers `signed_in`, `changed` (the frame's page is another one now), `next` (where the second step is asked, if
    one is due) and `csrf_token`, which another session has another of.
    """
    if here.website.company is None:
        raise Http404
    token = body.get("token", "")
    if token is None:
        left = entering.leave(request)
        return _answer(request, Entered(changed=left, ended=left))
    if not isinstance(token, str):
        return problem("Post a token, or null.", 400)
    with limits.hand_off(request):
        claims = tokens.verify(token, here.website.company, here.origin)
        entered = entering.enter(request, claims)
    return _answer(request, entered)


def _answer(request: HttpRequest, entered: Entered) -> JsonResponse:
    answer = JsonResponse(
        {
            "signed_in": request.user.is_authenticated,
            "changed": entered.changed,
            "next": entered.next,
            "csrf_token": get_token(request),
        }
    )
    if entered.ended:
        forget_site(answer)
    return answer
