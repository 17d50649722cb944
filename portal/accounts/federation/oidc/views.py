"""To the company's provider and back: the authorization code flow with PKCE (RFC 7636) and a nonce."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, Final
from urllib.parse import urlencode

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import complete_social_login
from allauth.socialaccount.models import SocialAccount, SocialLogin, SocialToken
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.utils import generate_code_challenge
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_GET, require_http_methods

from portal.accounts.federation.errors import (
    BadAnswer,
    LoginSource,
    ProviderUnavailable,
    SignInExpired,
    SignInFailed,
    record_failure,
)
from portal.accounts.federation.linking import link_account
from portal.accounts.federation.oidc import discovery, id_token

log = logging.getLogger(__name__)

View = Callable[[HttpRequest], HttpResponse]

_NONCE_LENGTH: Final = 43  # Characters out of 62: more than 256 bits.
_TEMPORARY_ERRORS: Final = ("server_error", "temporarily_unavailable")


def provider_view(view: View) -> View:
    """A public page that exists only where a provider is configured, and that turns SignInFailed into a page."""

    @login_not_required
    @wraps(view)
    def wrapper(request: HttpRequest) -> HttpResponse:
        if not discovery.is_configured():
            raise Http404
        try:
            return view(request)
        except SignInFailed as failure:
            if record_failure(request, LoginSource.SINGLE_SIGN_ON, failure.consumer):
                log.warning("Company sign-in failed: %s: %s", type(failure).__name__, failure)
            context = {"failure": failure}
            return render(request, "socialaccount/authentication_error.html", context, status=failure.status)

    return wrapper


@provider_view
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Redirect to the provider, after a POST only: otherwise a link on any site could sign people in here."""
    if request.method != "POST":
        return render(request, "socialaccount/login.html")
    url = discovery.get_endpoints().authorization
    nonce, pkce = get_random_string(_NONCE_LENGTH), generate_code_challenge()
    state = _allauth_provider(request).stash_redirect_state(
        request,
        AuthProcess.LOGIN,
        get_next_redirect_url(request),
        pkce_code_verifier=pkce.pop("code_verifier"),
        nonce=nonce,
    )
    query = {
        "response_type": "code",
        "client_id": settings.PORTAL_OIDC_CLIENT_ID,
        "redirect_uri": _redirect_uri(),
        "scope": " ".join(settings.PORTAL_OIDC_SCOPES),
        "state": state,
        "nonce": nonce,
        **pkce,
    }
    return redirect(f"{url}{'&' if '?' in url else '?'}{urlencode(query)}")


@provider_view
@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """The provider's answer. After the sign-in, opening it again (by the back button) leads to the home page."""
    state = _pop_state(request)
    if state is None and request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    if state is None:
        raise SignInExpired("what came back belongs to no sign-in that this browser has under way")
    if error := request.GET.get("error"):
        return _handle_error(request, error)
    token = id_token.fetch(request.GET.get("code", ""), state["pkce_code_verifier"], _redirect_uri())
    identity = id_token.verify(token, state["nonce"])
    link_account(request, identity, LoginSource.SINGLE_SIGN_ON)
    # django-allauth finds the link, and completes the sign-in with everything else that is due, such as a second step.
    sign_in = SocialLogin(
        account=SocialAccount(provider=identity.issuer, uid=identity.subject, extra_data={}),
        provider=_allauth_provider(request),
    )
    sign_in.state, sign_in.token = state, SocialToken(token=token)
    response: HttpResponse = complete_social_login(request, sign_in)
    return response


@provider_view
@require_GET
def cancelled(request: HttpRequest) -> HttpResponse:
    return render(request, "socialaccount/login_cancelled.html")


def _pop_state(request: HttpRequest) -> dict[str, Any] | None:
    """What `login` stored in this browser's session; removed, so that each answer works once."""
    try:
        state: dict[str, Any] = _allauth_provider(request).unstash_redirect_state(
            request, request.GET.get("state", "")
        )
    except PermissionDenied:
        return None
    return state


def _handle_error(request: HttpRequest, error: str) -> HttpResponse:
    """An error by RFC 6749, section 4.1.2.1: the customer has declined, or something is wrong."""
    if error == "access_denied":
        record_failure(request, LoginSource.SINGLE_SIGN_ON)
        return redirect("company_sign_in_cancelled")
    if error in _TEMPORARY_ERRORS:
        raise ProviderUnavailable(f"it sent people back with {error}")
    raise BadAnswer("it sent people back with an error about the request itself")


def _redirect_uri() -> str:
    return f"{settings.PORTAL_URL}{reverse('company_sign_in_callback')}"


def _allauth_provider(request: HttpRequest) -> Any:
    return get_adapter(request).get_provider(request, provider=settings.PORTAL_OIDC_ISSUER)
