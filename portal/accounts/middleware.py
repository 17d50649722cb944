from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portal.accounts import second_step

# What is needed to set one up, and to get away. All of django-allauth's pages for it begin with "mfa_".
_OPEN = {
    "account_logout",
    "account_reauthenticate",
    "account_session",
    "account_session_extend",
}


class SecondStepMiddleware:
    """Leads whoever must have a second step, and has none, to the page where it is set up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, *_args: Any) -> HttpResponse | None:
        match = request.resolver_match
        name = str(match.url_name) if match else ""
        if name in _OPEN or name.startswith("mfa_") or not request.user.is_authenticated:
            return None
        in_admin = match is not None and match.app_name == "admin"
        if not second_step.is_missing(request, request.user, in_admin=in_admin):
            return None
        if request.path.endswith(".json"):
            return HttpResponseForbidden()
        messages.warning(request, _("Please set up a second step first: signing in needs one here."))
        return redirect("mfa_index")
