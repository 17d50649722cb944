"""The second step of signing in: who has one, and who must."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from portal.accounts.models import Consumer

# Recovery codes alone are no second step: they replace one.
_STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def is_set_up(consumer: Consumer) -> bool:
    return bool(Authenticator.objects.filter(user=consumer, type__in=_STEPS).exists())


def is_missing(request: HttpRequest, consumer: Consumer, *, in_admin: bool) -> bool:
    """Whether this consumer has to set one up before they may go on.

    Operators need one for the admin, wherever DEBUG is off. With PORTAL_REQUIRE_MFA everybody needs one, but for
    those whom the company's provider signed in: what it asks for is its own affair.
    """
    if in_admin and not settings.DEBUG:
        return not is_set_up(consumer)
    if settings.PORTAL_REQUIRE_MFA and not _came_from_the_company(request):
        return not is_set_up(consumer)
    return False


def _came_from_the_company(request: HttpRequest) -> bool:
    records = request.session.get("account_authentication_methods", [])
    return any(record.get("method") == "socialaccount" for record in records)
