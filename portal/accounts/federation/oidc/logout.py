"""Signing out at the provider too, by OpenID Connect RP-Initiated Logout 1.0."""

from typing import Final
from urllib.parse import urlencode

from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from portal.accounts.federation.errors import SignInFailed
from portal.accounts.federation.oidc import discovery

_SESSION_KEY: Final = "company_id_token"


def remember_id_token(request: HttpRequest, sign_in: SocialLogin) -> None:
    """Keep the ID token in the session: the provider wants it back as a hint when the customer signs out."""
    request.session[_SESSION_KEY] = sign_in.token.token


def remembered_id_token(request: HttpRequest) -> str | None:
    """The ID token of this session, if the customer signed in at the provider. Read it before the session ends."""
    token: str | None = request.session.get(_SESSION_KEY)
    return token


def provider_logout_url(id_token: str | None) -> str | None:
    """The provider's sign-out page, which leads the browser back to our sign-in page.

    There is no such URL where the customer did not sign in there, or the provider has no such page or cannot be
    reached: then only the portal's session ends. May call the provider, which takes up to several seconds.
    """
    if id_token is None or not discovery.is_configured():
        return None
    try:
        url = discovery.get_endpoints().end_session
    except SignInFailed:
        return None
    if not url:
        return None
    query = {
        "id_token_hint": id_token,
        "client_id": settings.PORTAL_OIDC_CLIENT_ID,
        "post_logout_redirect_uri": settings.PORTAL_URL + reverse("account_login"),
    }
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}"
