"""From a frame on to a window of its own: its cookies are the frame's alone, so a code in the address leads on."""

from functools import partial

from allauth.core.ratelimit import respond_429
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from portal.accounts.allauth_compat import get_authentication_records
from portal.accounts.federation.handoff import login, logout, tokens, window_code
from portal.accounts.login import rate_limits
from portal.accounts.models import Consumer, WindowCode
from portal.accounts.sessions import child_sessions
from portal.accounts.views.session import forget_site
from portal.embed.frame import Frame
from portal.embed.views.posted import Body, problem, script_view


@csrf_exempt  # Where the browser keeps no cookies, no form has a token: see `_for_token`.
@script_view
@sensitive_variables("body")
def issue(request: HttpRequest, here: Frame, body: Body) -> HttpResponse:
    """A code for who is signed in in this frame; with `token`, for whom the company hands over, without a session.

    `next` is the page to go on to, as the frame knows it or as a window does. Answers `url`, good for a minute.
    """
    wanted = body.get("next")
    path = wanted.removeprefix(here.prefix) if isinstance(wanted, str) else ""
    next_path = path if _is_page(path) else "/"
    if "token" in body:
        return _for_token(request, here, body["token"], next_path)
    return csrf_protect(partial(_for_session, here=here, next_path=next_path))(request)


def _for_session(request: HttpRequest, here: Frame, next_path: str) -> JsonResponse:
    """Operators get none, as nobody does whose session is not known: they sign in in that window themselves."""
    session = child_sessions.row(request)
    if session is None or not isinstance(request.user, Consumer) or request.user.is_staff:
        return problem(_("Sign in first."), 401)
    if not rate_limits.may_open_window(request):
        return problem(_("Too many windows were opened. Please wait a minute."), 429)
    proofs = get_authentication_records(request, request.user)
    return _address(here, window_code.issue(request.user, proofs, next_path, session))


@sensitive_variables("token")
def _for_token(request: HttpRequest, here: Frame, token: object, next_path: str) -> JsonResponse:
    """The token is the proof, and no session is touched; still nobody posts it here but a page of the portal."""
    if here.website.company is None:
        raise Http404
    if request.headers.get("Origin") != f"{request.scheme}://{request.get_host()}":
        return problem("Post from a page of the portal.", 403)
    if not isinstance(token, str):
        return problem("Post a token.", 400)
    with rate_limits.hand_off(request):
        good = tokens.verify(token, here.website.company, here.origin)
        consumer, proofs = login.admit(request, good)
    return _address(here, window_code.issue(consumer, proofs, next_path))


def _address(here: Frame, code: str) -> JsonResponse:
    return JsonResponse({"url": here.outside(reverse("embed_continue", args=[code]))})


def _is_page(path: str) -> bool:
    """Of the portal, in a window: frames' own addresses are none."""
    longest = WindowCode._meta.get_field("next").max_length or 0
    ours = url_has_allowed_host_and_scheme(path, allowed_hosts=None) and path.startswith("/")
    return ours and path.isprintable() and len(path) <= longest and not path.startswith("/embed/")


@login_not_required  # It signs in.
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("code")
def continue_here(request: HttpRequest, code: str) -> HttpResponse:
    """Whom the code would sign in, and a button that does it: who opens the link of another has to see whose it is.

    Who is signed in as that person already goes on at once, and the code is left to its end.
    """
    found = window_code.find(code)
    if found is not None and found.consumer_id == request.user.pk:
        return redirect(found.next)
    if found is not None and request.method != "POST":
        return render(request, "embed/continue.html", {"address": found.consumer.email})
    if found is None or not window_code.redeem(found):
        return _over(request)
    ended = logout.end(request)
    answer = login.carry_on(request, found)
    return forget_site(answer) if ended else answer


def _over(request: HttpRequest) -> HttpResponse:
    """The code is unknown, used or too old. Those that open a window are never too many."""
    if not rate_limits.may_miss_window(request):
        too_many: HttpResponse = respond_429(request)
        return too_many
    return render(request, "embed/continue_over.html", status=410)
