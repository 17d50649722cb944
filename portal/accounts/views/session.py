"""The session itself: how long it lasts, staying signed in, and signing out."""

from allauth.account.internal.flows.logout import logout
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.accounts import sessions, sso

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
    sessions.extend(request, at_once=True)
    return _seconds_left(request)


@login_not_required  # Whoever is signed out already gets where they wanted to go.
@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """Where the company's provider signed them in, they are signed out there too."""
    if request.method != "POST" and request.user.is_authenticated:
        return render(request, "account/logout.html")
    elsewhere = sso.sign_out_url(request)
    logout(request)
    return forget_site(redirect(elsewhere or settings.LOGIN_URL))


def forget_site(response: HttpResponse) -> HttpResponse:
    """Let the browser forget what it kept of the portal, now that nobody is signed in."""
    response.headers["Clear-Site-Data"] = _CLEARED
    return response


def _seconds_left(request: HttpRequest) -> HttpResponse:
    left = sessions.left(request.session) if request.user.is_authenticated else None
    if left is None:
        return JsonResponse({"error": "Sign in first."}, status=401)
    return JsonResponse({"idle": left.idle, "absolute": left.absolute})
