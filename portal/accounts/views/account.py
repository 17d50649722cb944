"""The account's start page, typing a mailed code, setting a first password, and closing it."""

from allauth.account.decorators import reauthentication_required
from allauth.account.views import confirm_login_code as confirm_code
from allauth.account.views import email_verification_sent, password_set
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts import deletion
from portal.accounts.allauth_compat import raise_if_reauthentication_required
from portal.accounts.login import mailed_codes, mfa, stale_flows
from portal.accounts.models import ConsumerRequest
from portal.accounts.views.session import clear_site_data


@require_safe
def account(request: ConsumerRequest) -> HttpResponse:
    context = {
        "has_password": request.user.has_usable_password(),
        "second_step": mfa.is_set_up(request.user),
    }
    return render(request, "accounts/account.html", context)


@login_not_required  # At sign-up, the user is not signed in yet.
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_address(request: HttpRequest) -> HttpResponse:
    """Asks for the mailed code. Without a valid one, as after the browser's "back", there is nothing to type."""
    address = stale_flows.pending_address(request)
    if request.user.is_authenticated and not address:
        return redirect("account")
    _count_resending(request, address)
    response: HttpResponse = email_verification_sent(request)
    return response


@login_not_required  # The user is not signed in yet.
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_login_code(request: HttpRequest) -> HttpResponse:
    """Asks for the mailed code that signs in."""
    _count_resending(request, stale_flows.pending_login_address(request))
    response: HttpResponse = confirm_code(request)
    return response


def _count_resending(request: HttpRequest, address: str) -> None:
    if address and request.POST.get("action") == "resend":
        mailed_codes.count_request(request, address)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password1")
def set_password(request: ConsumerRequest) -> HttpResponse:
    """For users without a password.

    If reauthentication is needed, the password has to be typed again afterwards: django-allauth would store it in the
    session meanwhile.
    """
    try:
        raise_if_reauthentication_required(request, app="allauth.account")
    except ReauthenticationRequired:
        if request.method == "POST":
            return redirect("account_set_password")
        raise
    response: HttpResponse = password_set(request)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]  # allauth has no types.
def close_account(request: ConsumerRequest) -> HttpResponse:
    context = {
        "lost": deletion.loss_warnings(request.user),
        "days": settings.PORTAL_ACTIVITY_DAYS,
        "unconfirmed": request.method == "POST",
    }
    if "confirmed" not in request.POST:
        return render(request, "accounts/close.html", context, status=400 if context["unconfirmed"] else 200)
    consumer = request.user
    deletion.close(consumer, request)
    logout(request)
    messages.success(request, _("Your account is closed, and we’ve deleted what was stored with it."))
    return clear_site_data(redirect(settings.LOGIN_URL))
