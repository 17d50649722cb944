"""From a frame to a window of its own. A frame's cookies work only in the frame, so a one-time code in the window's URL
signs the user in there.
"""

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
from portal.accounts.federation.errors import SignInFailed
from portal.accounts.federation.handoff import login, logout, window_code
from portal.accounts.login import rate_limits
from portal.accounts.models import Consumer, WindowCode
from portal.accounts.sessions import child_sessions
from portal.accounts.views.session import clear_site_data
from portal.embed.frames import Frame
from portal.embed.views import hand_off
from portal.embed.views.json_view import Body, json_view, problem


@csrf_exempt  # A browser that keeps no cookies has no CSRF token to send: see `_for_token`.
@json_view
@sensitive_variables("body")
def issue(request: HttpRequest, frame: Frame, body: Body) -> HttpResponse:
    """A URL with a code for the frame's signed-in user; with `token`, for the customer that the token names, without a
    session.

    `next` is the page to open in the window, as a path inside or outside the frame. Answers `url`, which works for a
    minute.
    """
    wanted = body.get("next")
    next_path = local_path(wanted.removeprefix(frame.prefix) if isinstance(wanted, str) else "")
    if "token" in body:
        return _for_token(request, frame, body["token"], next_path)
    return csrf_protect(partial(_for_session, frame=frame, next_path=next_path))(request)


def _for_session(request: HttpRequest, frame: Frame, next_path: str) -> JsonResponse:
    """Operators get no code, and neither does a session without a row in UserSession: they sign in in the window."""
    session = child_sessions.current_row(request)
    if session is None or not isinstance(request.user, Consumer) or request.user.is_staff:
        return problem(_("Sign in first."), 401)
    if not rate_limits.may_open_window(request):
        return problem(_("You’ve opened too many windows. Please wait a minute."), 429)
    proofs = get_authentication_records(request, request.user)
    return _url_response(frame, window_code.issue(request.user, proofs, next_path, session))


@sensitive_variables("token")
def _for_token(request: HttpRequest, frame: Frame, token: object, next_path: str) -> JsonResponse:
    """The token alone proves who the customer is; no session is read or changed. In place of a CSRF token, the Origin
    header shows that a page of the portal sent the request.
    """
    if frame.website.company is None:
        raise Http404
    if request.headers.get("Origin") != f"{request.scheme}://{request.get_host()}":
        return problem("Post from a page of the portal.", 403)
    if not isinstance(token, str):
        return problem("Post a token.", 400)
    try:
        with rate_limits.limit_failed_hand_offs(request):
            consumer, proofs = login.authenticate_only(request, token, frame.website.company, frame.origin)
    except SignInFailed as failure:
        return hand_off.failed(request, frame, failure)
    return _url_response(frame, window_code.issue(consumer, proofs, next_path))


def _url_response(frame: Frame, code: str) -> JsonResponse:
    return JsonResponse({"url": frame.unframed_url(reverse("embed_continue", args=[code]))})


def local_path(path: str) -> str:
    """The path, if it is that of a page that the portal shows in a window, else that of the home page. Paths for frames
    are not.
    """
    max_length = WindowCode._meta.get_field("next").max_length or 0
    is_local = url_has_allowed_host_and_scheme(path, allowed_hosts=None) and path.startswith("/")
    is_page = path.isprintable() and len(path) <= max_length and not path.startswith("/embed/")
    return path if is_local and is_page else "/"


@login_not_required  # It signs in.
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("code")
def continue_here(request: HttpRequest, code: str) -> HttpResponse:
    """Shows which account the code signs in to, with a button that does it: a link may come from another user, and so
    lead to another user's account. Already signed in to that account, the user is redirected, and the code not used.
    """
    found = window_code.find(code)
    if found is not None and found.consumer_id == request.user.pk:
        return redirect(found.next)
    if found is not None and request.method != "POST":
        return render(request, "embed/continue.html", {"address": found.consumer.email})
    if found is None or not window_code.redeem(found):
        return _invalid_code(request)
    ended = logout.end_session(request)
    answer = login.login_with_code(request, found)
    return clear_site_data(answer) if ended else answer


def _invalid_code(request: HttpRequest) -> HttpResponse:
    """The code is unknown, used or expired. Only such requests count towards the rate limit."""
    if not rate_limits.may_fail_window_code(request):
        too_many: HttpResponse = respond_429(request)
        return too_many
    return render(request, "embed/continue_expired.html", status=410)
