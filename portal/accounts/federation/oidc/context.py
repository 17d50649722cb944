from django.conf import settings
from django.http import HttpRequest

from portal.accounts.federation.oidc import discovery


def company_sign_in(request: HttpRequest) -> dict[str, str]:
    """The name on the button that leads to the company's provider; empty where there is none."""
    return {"company_sign_in": settings.PORTAL_OIDC_NAME if discovery.is_configured() else ""}
