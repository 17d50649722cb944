"""Middleware for sessions and sign-in, in the order of MIDDLEWARE."""

from collections.abc import Callable, Iterator
from datetime import tzinfo
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from allauth.core.ratelimit import respond_429
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user
from django.contrib.auth.middleware import AuthenticationMiddleware, LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.base import SessionBase
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseForbidden,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from portal import error_views, request_context
from portal.accounts.allauth_compat import AUTHENTICATION_METHODS_SESSION_KEY
from portal.accounts.forms.retry import retry_form
from portal.accounts.log_ids import log_ids
from portal.accounts.login import code_mails, mfa, rate_limits, stale_flows
from portal.accounts.login.redirects import to_login
from portal.accounts.models import Consumer
from portal.accounts.sessions import lifetime, reader
from portal.cache.unavailable import RETRY_SECONDS, CacheUnavailable
from portal.middleware import is_prefetch

Respond = Callable[[HttpRequest], HttpResponse]
View = Callable[..., HttpResponseBase]

_POLLED = ".json"  # The ending of the paths that scripts poll.
# The endings of all paths that are requested without the user: also by each page of a company's website.
_BACKGROUND = (_POLLED, "/embed/connect/", "/embed/hand-off/")
# URL names that are open without the second step: proving it, setting it up, and leaving.
_OPEN_WITHOUT_MFA = {
    "account_logout",
    "account_logout_admin",
    "account_reauthenticate",
    "account_sign_in_again",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "account_session",
    "account_session_extend",
}


def keep_cookie_of_ended_session(get_response: Respond) -> Respond:
    """Do not delete the cookie of an ended session in the background: the next page needs it to say that it ended."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method in ("GET", "HEAD") and request.path.endswith(_BACKGROUND):
            cookie = response.cookies.get(settings.SESSION_COOKIE_NAME)
            if cookie is not None and not cookie.value:
                del response.cookies[settings.SESSION_COOKIE_NAME]
        return response

    return middleware


def extend_session(get_response: Respond) -> Respond:
    """Extend the session when the user opens a page. Requests in the background and prefetches do not count."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.COOKIES and not request.path.endswith(_BACKGROUND) and not is_prefetch(request):
            lifetime.extend(request)
        return get_response(request)

    return middleware


def limit_anonymous_sessions(get_response: Respond) -> Respond:
    """Store no session for a visitor whose network has begun too many: each is a row, and strangers can begin them.

    Signing in is not limited here, nor is a sign-in that waits for its second step.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not _begins_anonymous_session(request.session) or rate_limits.may_begin_session(request):
            return response
        request.session.flush()
        too_many: HttpResponse = respond_429(request)
        too_many.headers["X-Frame-Options"] = settings.X_FRAME_OPTIONS  # Its middleware is inside this one.
        return too_many

    return middleware


def _begins_anonymous_session(session: SessionBase) -> bool:
    begins = session.modified and session.session_key is None and not session.is_empty()
    return begins and AUTHENTICATION_METHODS_SESSION_KEY not in session


class UserMiddleware(AuthenticationMiddleware):
    """As Django's own, which would load the user by a query of its own: mostly, they were loaded with the session."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        session: Any = request.session
        request.user = SimpleLazyObject(lambda: session.verified_user() or get_user(request))  # type: ignore[assignment]  # As Django does.


class ReaderMiddleware:
    """Names the reader in every answer, and refuses a form of a page that was another user's.

    The log gets the reader's pseudonym.
    A sign-in changes the CSRF token, but an answer that is still under way can bring the earlier one back. Views that
    are exempt from the CSRF check look after their forms themselves.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if named := reader.header(request.user):
            response.headers[reader.HEADER] = named
            request_context.current().customer = log_ids(request.user)[0]
        return response

    def process_view(self, request: HttpRequest, view: View, *_args: Any) -> HttpResponse | None:
        if getattr(view, "csrf_exempt", False) or not reader.is_of_another(request):
            return None
        return error_views.form_expired(request)


def use_own_time_zone(get_response: Respond) -> Respond:
    """Show a signed-in user's dates in their own time zone. Of others nothing is known but TIME_ZONE."""

    def middleware(request: HttpRequest) -> HttpResponse:
        # `ReaderMiddleware` asks for the user of every request, so this costs no query.
        if not isinstance(request.user, Consumer):
            return get_response(request)
        zone = request.user.zone
        with timezone.override(zone):
            response = get_response(request)
        if isinstance(response, StreamingHttpResponse):  # What it sends is made after this.
            response.streaming_content = _made_in(zone, iter(response))
        return response

    return middleware


def _made_in(zone: tzinfo, parts: Iterator[bytes]) -> Iterator[bytes]:
    while True:
        with timezone.override(zone):
            part = next(parts, None)
        if part is None:
            return
        yield part


class SignInMiddleware(LoginRequiredMiddleware):
    """Leads visitors to the sign-in page, and from there back to a page that can be opened."""

    def handle_no_permission(self, request: HttpRequest, view_func: View) -> HttpResponseRedirect:
        if request.method in ("GET", "HEAD"):
            return to_login(request, request.get_full_path())
        # The path of a POST need not be a page, so lead back to the page that sent it.
        referrer = request.headers.get("Referer", "")
        is_ours = url_has_allowed_host_and_scheme(referrer, {request.get_host()})
        came_from = urlsplit(referrer if is_ours else "")  # One that is not ours may be malformed.
        query = f"?{came_from.query}" if came_from.query else ""
        back = came_from.path + query if came_from.path else reverse("home")
        # The sign-in page says that nothing was changed. A message would need a session, and so a row, each time.
        return redirect_to_login(back, f"{reverse('account_login')}?ended=unsaved")


class MFAMiddleware:
    """Leads users who need a second step to the page where they prove it or set it up.

    The names of all of django-allauth's pages for setting it up begin with "mfa_". A user who has a second step has to
    prove it before changing anything there.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, *_args: Any) -> HttpResponse | None:
        match = request.resolver_match
        name = str(match.url_name) if match else ""
        if name in _OPEN_WITHOUT_MFA or not request.user.is_authenticated:
            return None
        in_admin = match is not None and match.app_name == "admin"
        if not mfa.is_outstanding(request, request.user, in_admin=in_admin):
            return None
        if request.path.endswith(_POLLED):
            return HttpResponseForbidden()
        if mfa.is_set_up(request.user):
            return _to_proof(request)
        return None if name.startswith("mfa_") else _to_set_up(request)


def _to_proof(request: HttpRequest) -> HttpResponse:
    (first, *_others) = (
        method for method in get_adapter().get_reauthentication_methods(request.user) if "mfa" in method["id"]
    )
    # The path of a POST need not be a page.
    next_url = request.get_full_path() if request.method in ("GET", "HEAD") else reverse("home")
    return redirect_to_login(next_url, first["url"])


def _to_set_up(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("Set up two-step verification first. You need it to sign in here."))
    return redirect("mfa_index")


def discard_stale_flows(get_response: Respond) -> Respond:
    """End flows that were begun for an account that has changed since: see `portal.accounts.login.stale_flows`."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if stale_flows.discard(request):
            messages.warning(request, _("Your account has changed since you started. Please start again."))
        response = get_response(request)
        stale_flows.stamp(request)
        code_mails.add_decoy_if_unanswered(request)
        return response

    return middleware


class CacheUnavailableMiddleware:
    """Turns a limit that cannot be counted into a page that says so, with what was typed, to be sent once more."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, CacheUnavailable):
            return None
        form = retry_form(request.POST) if request.method == "POST" else None
        context = {"form": form, "form_url": request.get_full_path()}
        response = render(request, "errors/cannot_check.html", context, status=503)
        response.headers["Retry-After"] = str(RETRY_SECONDS)
        # One line says that the cache is lost. Django would add one for each answer with this status.
        response._has_been_logged = True  # type: ignore[attr-defined]  # Looked for by Django's log_response.
        return response
