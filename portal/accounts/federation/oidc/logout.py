"""Signing out at the provider too, by OpenID Connect RP-Initiated Logout 1.0."""

from typing import Final
from urllib.parse import urlencode

from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from portal.accounts.federation.errors import SignInFailed
from portal.accounts.federation.oidc import discovery

_KEY: Final = "company_id_token"  # In the session.


def remember(request: HttpRequest, sign_in: SocialLogin) -> None:
    """Keep what the provider wants to see again when this session ends."""
    request.session[_KEY] = sign_in.token.token


def token(request: HttpRequest) -> str | None:
    """What was kept: for `sign_out_url`, once the session is over. None where it did not come from the provider."""
    kept: str | None = request.session.get(_KEY)
    return kept


def sign_out_url(token: str | None) -> str | None:
    """Where a browser has to go to be signed out at the provider, which then leads it to our sign-in page.

    None where there is nobody to be signed out, or the provider has no such page or cannot be reached: then signing
    out here has to do. Asks the provider, which may take seconds.
    """
    if token is None or not discovery.is_configured():
        return None
    try:
        address = discovery.endpoints().end_session
    except SignInFailed:
        return None
    if not address:
        return None
    query = {
        "id_token_hint": token,
        "client_id": settings.PORTAL_OIDC_CLIENT_ID,
        "post_logout_redirect_uri": settings.PORTAL_URL + reverse("account_login"),
    }
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"
