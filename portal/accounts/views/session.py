"""The session itself: how long it lasts, staying signed in, and signing out."""

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

# Not "cookies": that would sign people out of all that the company has under its domain.
_CLEARED = '"cache", "storage"'


@login_not_required  # A redirect to the sign-in page would reach a script as a page of HTML.
@require_GET
def state(request: HttpRequest) -> HttpResponse:
    """How many seconds are left. Asking extends nothing."""
    return _seconds_left(request)


@login_not_required  # As above.
@require_POST
def extend(request: HttpRequest) -> HttpResponse:
    lifetime.extend(request, at_once=True)
    return _seconds_left(request)


@login_not_required  # Whoever is signed out already gets where they wanted to go.
@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """Where the company's provider signed them in, they are signed out there too."""
    if request.method != "POST" and request.user.is_authenticated:
        return render(request, "account/logout.html")
    id_token = oidc_logout.remembered_id_token(request)
    logout(request)
    # The provider may take its time, or fail: here it is over already.
    # No provider shows its pages in a frame.
    provider = None if getattr(request, "frame", None) else oidc_logout.provider_logout_url(id_token)
    return forget_site(redirect(provider or settings.LOGIN_URL))


def forget_site(response: HttpResponse) -> HttpResponse:
    """Let the browser forget what it kept of the portal, now that nobody is signed in."""
    response.headers["Clear-Site-Data"] = _CLEARED
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_again(request: HttpRequest) -> HttpResponse:
    """For consumers with neither a password nor a second step to confirm who they are.

    See `portal.accounts.login.reauthentication`.
    """
    back = get_next_redirect_url(request) or reverse("account")
    if request.method != "POST":
        return render(request, "account/sign_in_again.html", {"back": back})
    logout(request)
    return redirect_to_login(back)


def _seconds_left(request: HttpRequest) -> HttpResponse:
    left = lifetime.remaining(request.session) if request.user.is_authenticated else None
    if left is None:
        return JsonResponse({"error": "Sign in first."}, status=401)
    return JsonResponse({"idle": left.idle, "absolute": left.absolute})
