from functools import partial
from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.conf import settings
from django.http import HttpRequest

_TIMEOUT = (2.0, 4.0)  # Seconds to connect, and to wait for a next piece of an answer.


class CompanySignInAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types.
    """What this portal asks of django-allauth where people come from the company's provider."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The one provider of the settings. What the database may hold is not looked at.

        It goes by its issuer, so that a link holds the two that name a person only together: issuer and subject.
        """
        issuer, ours = settings.PORTAL_OIDC_ISSUER, settings.PORTAL_OIDC_CLIENT_ID
        if not issuer or provider not in (None, "openid_connect", issuer) or client_id not in (None, ours):
            return []
        return [
            SocialApp(
                provider="openid_connect", provider_id=issuer, name=settings.PORTAL_OIDC_NAME, client_id=ours
            )
        ]

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Accounts are opened before django-allauth gets to this: see `portal.accounts.federation.oidc.linking`."""
        return False

    def get_requests_session(self) -> Any:
        """Goes nowhere but where it is sent: no proxy, password or certificate from the environment."""
        session = super().get_requests_session()
        session.trust_env = False
        session.verify = settings.PORTAL_OIDC_CA_FILE or True
        session.request = partial(session.request, timeout=_TIMEOUT)
        return session
