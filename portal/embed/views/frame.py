"""The hidden page of a frame, and its session's state. Outside a frame, both are 404."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_safe

from portal.accounts.federation.handoff import login
from portal.embed import frames


@login_not_required  # It is loaded before the user has signed in, so that the hand-off can sign them in.
@require_safe
def connect(request: HttpRequest) -> HttpResponse:
    """The hidden page that fetches the unread counts for every element on the website's page."""
    if frames.get(request) is None:
        raise Http404
    get_token(request)  # Sets the cookie by which `state` sees whether the browser keeps cookies.
    return render(request, "embed/connect.html")


@login_not_required  # A redirect to the sign-in page would reach a script as a page of HTML.
@require_GET
def state(request: HttpRequest) -> HttpResponse:
    """The session's state for the frame's scripts. `cookies`: the browser kept the CSRF cookie that was set before.

    `pending`: the hand-off succeeded, and the user still has to complete their second step.
    """
    if frames.get(request) is None:
        raise Http404
    kept = "CSRF_COOKIE" in request.META
    return JsonResponse(
        {
            "signed_in": request.user.is_authenticated,
            "pending": login.has_pending_mfa(request),
            "cookies": kept,
            "token": get_token(request),
        }
    )
