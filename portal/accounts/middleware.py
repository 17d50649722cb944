from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from portal.accounts.login import mfa, stale_flows
from portal.accounts.login.redirects import to_login
from portal.middleware import POLLED

Respond = Callable[[HttpRequest], HttpResponse]
View = Callable[..., HttpResponseBase]

# What is needed to prove a second step, or to set one up, and to get away.
_OPEN = {
    "account_logout",
    "account_logout_admin",
    "account_reauthenticate",
    "account_sign_in_again",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "account_session",
    "account_session_extend",
}


class SignInMiddleware(LoginRequiredMiddleware):
    """Leads whoever is not signed in to the sign-in page, and from there back to a page that can be opened."""

    def handle_no_permission(self, request: HttpRequest, view_func: View) -> HttpResponseRedirect:
        if request.method in ("GET", "HEAD"):
            return to_login(request, request.get_full_path())
        # What a button posts to is no page: back to where the button was.
        messages.warning(
            request, _("Your session had ended, and nothing was changed. Please sign in, and try again.")
        )
        came_from = urlsplit(request.headers.get("Referer", ""))
        known = url_has_allowed_host_and_scheme(came_from.geturl(), {request.get_host()})
        query = f"?{came_from.query}" if came_from.query else ""
        return redirect_to_login(came_from.path + query if known and came_from.path else reverse("home"))


def pending_attempts(get_response: Respond) -> Respond:
    """Ends what was begun for an account that has changed since; see `portal.accounts.login.stale_flows`."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if stale_flows.discard(request):
            messages.warning(request, _("The account has changed in the meantime. Please start again."))
        response = get_response(request)
        stale_flows.stamp(request)
        return response

    return middleware


class SecondStepMiddleware:
    """Leads whoever must have a second step to the page where it is proved, or set up.

    All of django-allauth's pages about it begin with "mfa_". Who has one proves it before they change anything there.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, *_args: Any) -> HttpResponse | None:
        match = request.resolver_match
        name = str(match.url_name) if match else ""
        if name in _OPEN or not request.user.is_authenticated:
            return None
        in_admin = match is not None and match.app_name == "admin"
        if not mfa.is_outstanding(request, request.user, in_admin=in_admin):
            return None
        if request.path.endswith(POLLED):
            return HttpResponseForbidden()
        if mfa.is_set_up(request.user):
            return _lead_to_proof(request)
        return None if name.startswith("mfa_") else _lead_to_set_up(request)


def _lead_to_proof(request: HttpRequest) -> HttpResponse:
    (first, *_others) = (
        method for method in get_adapter().get_reauthentication_methods(request.user) if "mfa" in method["id"]
    )
    # What a button posts to is no page to come back to.
    back = request.get_full_path() if request.method in ("GET", "HEAD") else reverse("home")
    return redirect_to_login(back, first["url"])


def _lead_to_set_up(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("Please set up a second step first: signing in needs one here."))
    return redirect("mfa_index")
