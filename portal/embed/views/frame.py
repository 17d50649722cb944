"""What the scripts of a frame ask for. Outside frames there is none of it."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_safe

from portal.accounts.federation.handoff import login
from portal.embed import frame


@login_not_required  # It is there before anybody has signed in, to let them be handed off.
@require_safe
def connect(request: HttpRequest) -> HttpResponse:
    """The hidden page that asks for the numbers, for all that a page of the website shows."""
    if frame.of(request) is None:
        raise Http404
    get_token(request)  # Its cookie shows whether the browser keeps any: see `state`.
    return render(request, "embed/connect.html")


@login_not_required  # A redirect to the sign-in page would reach a script as a page of HTML.
@require_GET
def state(request: HttpRequest) -> HttpResponse:
    """Who this frame is for, as far as scripts have to know; `cookies` says whether the browser kept the last one.

    `pending`: somebody was handed over, and still has to prove a second step.
    """
    if frame.of(request) is None:
        raise Http404
    kept = "CSRF_COOKIE" in request.META
    return JsonResponse(
        {
            "signed_in": request.user.is_authenticated,
            "pending": login.owes_step(request),
            "cookies": kept,
            "token": get_token(request),
        }
    )
