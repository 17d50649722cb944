"""To the company's provider and back, by the authorization code flow with PKCE (RFC 7636) and a nonce."""

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

from portal.accounts.federation import linking
from portal.accounts.federation.errors import BadAnswer, ProviderUnavailable, SignInFailed, Way, record
from portal.accounts.federation.oidc import discovery, failures, id_token
from portal.accounts.federation.oidc.failures import Expired

View = Callable[[HttpRequest], HttpResponse]

_NONCE_LENGTH: Final = 43  # Characters out of 62: more than 256 bits.
_PASSING: Final = ("server_error", "temporarily_unavailable")


def company_page(view: View) -> View:
    """Opens signed-out, and only where there is a provider. What goes wrong becomes a page."""

    @login_not_required
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not discovery.is_configured():
            raise Http404
        try:
            return view(request)
        except SignInFailed as failure:
            return failures.answer(request, failure)

    return guarded


@company_page
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Only a form leads on: a link would let any other site sign people in here."""
    if request.method != "POST":
        return render(request, "socialaccount/login.html")
    address = discovery.endpoints().authorization
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
    return redirect(f"{address}{'&' if '?' in address else '?'}{urlencode(query)}")


@company_page
@require_GET
def come_back(request: HttpRequest) -> HttpResponse:
    """From the provider. Whoever is signed in and comes here once more, by the back button, just goes on."""
    state = _take_state(request)
    if state is None and request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    if state is None:
        raise Expired("what came back belongs to no sign-in that this browser has under way")
    if error := request.GET.get("error"):
        return _not_granted(request, error)
    token = discovery.redeem(request.GET.get("code", ""), state["pkce_code_verifier"], _redirect_uri())
    identity = id_token.identify(token, state["nonce"])
    linking.link(request, identity, Way.SINGLE_SIGN_ON)
    # django-allauth finds the link by itself, and goes on with all that signing in asks for beyond it.
    sign_in = SocialLogin(
        account=SocialAccount(provider=identity.issuer, uid=identity.subject, extra_data={}),
        provider=_allauth_provider(request),
    )
    sign_in.state, sign_in.token = state, SocialToken(token=token)
    response: HttpResponse = complete_social_login(request, sign_in)
    return response


@company_page
@require_GET
def cancelled(request: HttpRequest) -> HttpResponse:
    return render(request, "socialaccount/login_cancelled.html")


def _take_state(request: HttpRequest) -> dict[str, Any] | None:
    """What this browser's session keeps of the sign-in, once."""
    try:
        state: dict[str, Any] = _allauth_provider(request).unstash_redirect_state(
            request, request.GET.get("state", "")
        )
    except PermissionDenied:
        return None
    return state


def _not_granted(request: HttpRequest, error: str) -> HttpResponse:
    """RFC 6749, section 4.1.2.1: the person said no, or something is wrong."""
    if error == "access_denied":
        record(request, Way.SINGLE_SIGN_ON)
        return redirect("company_sign_in_cancelled")
    if error in _PASSING:
        raise ProviderUnavailable(f"it sent people back with {error}")
    raise BadAnswer("it sent people back with an error about the request itself")


def _redirect_uri() -> str:
    return f"{settings.PORTAL_URL}{reverse('company_sign_in_callback')}"


def _allauth_provider(request: HttpRequest) -> Any:
    return get_adapter(request).get_provider(request, provider=settings.PORTAL_OIDC_ISSUER)
