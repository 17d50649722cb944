from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest

from portal.accounts.federation.handoff import logout
from portal.accounts.federation.oidc import discovery
from portal.accounts.sessions import lifetime, reader


@dataclass(frozen=True)
class SignIn:
    at: datetime
    device: str


def account(request: HttpRequest) -> dict[str, object]:
    """What pages show about the session of a signed-in user."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    earlier = request.session.get("last_sign_in")
    return {
        "reader": reader.ids(user)[0],
        # Of the session before this one.
        "last_sign_in": SignIn(datetime.fromisoformat(earlier[0]), earlier[1]) if earlier else None,
        "handed_off": logout.is_handoff_session(request),
        # Pages tell of another one: a browser whose zone is the portal's need not tell it.
        "device_time_zone": user.device_time_zone or settings.TIME_ZONE,
        "session_remaining": lifetime.remaining(request.session),
    }


def company_sign_in(request: HttpRequest) -> dict[str, str]:
    """The name on the button that leads to the company's provider; empty where none is configured."""
    return {"company_sign_in": settings.PORTAL_OIDC_NAME if discovery.is_configured() else ""}
