"""The session: how long it lasts, staying signed in, and signing out."""

from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.accounts.allauth_compat import logout
from portal.accounts.federation.oidc import logout as oidc_logout
from portal.accounts.sessions import lifetime

# Not "cookies": that would also delete the cookies of the company's other sites under its domain.
_CLEARED = '"cache", "storage"'


@login_not_required  # A script would get the sign-in page's HTML instead of a status.
@require_GET
def state(request: HttpRequest) -> HttpResponse:
    """The seconds until the session ends; 204 if it has ended, which is an answer too. Asking does not extend it."""
    return _seconds_left(request)


@login_not_required  # As above.
@require_POST
def extend(request: HttpRequest) -> HttpResponse:
    lifetime.extend(request, at_once=True)
    return _seconds_left(request)


@login_not_required  # If the session has ended, the user is signed out as requested.
@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """Users who were signed in by the company's provider are signed out there as well."""
    if request.method != "POST" and request.user.is_authenticated:
        return render(request, "account/logout.html")
    id_token = oidc_logout.remembered_id_token(request)
    logout(request)
    # Only after the session has ended here: the provider may be slow, or fail. Its page cannot be shown in a frame.
    provider = None if getattr(request, "frame", None) else oidc_logout.provider_logout_url(id_token)
    return clear_site_data(redirect(provider or settings.LOGIN_URL))


def clear_site_data(response: HttpResponse) -> HttpResponse:
    """Have the browser delete what it stored of the portal."""
    response.headers["Clear-Site-Data"] = _CLEARED
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_again(request: HttpRequest) -> HttpResponse:
    """Reauthentication for consumers with neither a password nor a second step.

    See `portal.accounts.login.reauthentication`.
    """
    next_url = get_next_redirect_url(request) or reverse("account")
    if request.method != "POST":
        return render(request, "account/sign_in_again.html", {"back": next_url})
    logout(request)
    return redirect_to_login(next_url)


def _seconds_left(request: HttpRequest) -> HttpResponse:
    remaining = lifetime.remaining(request.session) if request.user.is_authenticated else None
    if remaining is None:
        return HttpResponse(status=204)
    return JsonResponse({"idle": remaining.idle, "absolute": remaining.absolute})
