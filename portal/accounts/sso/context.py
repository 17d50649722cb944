from django.conf import settings
from django.http import HttpRequest

from portal.accounts.sso import provider


def company_sign_in(request: HttpRequest) -> dict[str, str]:
    """The name on the button that leads to the company's provider; empty where there is none."""
    return {"company_sign_in": settings.PORTAL_OIDC_NAME if provider.is_configured() else ""}
