"""Tags for the pages and mails of django-allauth's views, which do not have our context."""

from datetime import datetime, timedelta
from math import ceil

from allauth.account import app_settings
from django import template
from django.conf import settings
from django.utils import timezone

from portal.accounts.login import stale_flows

register = template.Library()


@register.simple_tag
def signup_mode() -> str:
    """PORTAL_SIGNUP: "open", "invitation" or "closed"."""
    return str(settings.PORTAL_SIGNUP)


@register.simple_tag(takes_context=True)
def code_minutes(context: template.Context, purpose: str) -> int:
    """For how many minutes a mailed code is valid. `purpose`: login, password_reset or email_verification.

    In a mail, from now on: it may have waited for the mail server.
    """
    until: datetime | None = context.get("valid_until")
    if until is not None:
        return max(1, ceil((until - timezone.now()) / timedelta(minutes=1)))
    return int(getattr(app_settings, f"{purpose.upper()}_BY_CODE_TIMEOUT")) // 60


@register.simple_tag(takes_context=True)
def pending_address(context: template.Context) -> str:
    """The new address to which a code was mailed that is still valid. Otherwise empty."""
    return stale_flows.pending_address(context["request"])


@register.filter
def in_fours(secret: str) -> str:
    """A long secret in groups that are easy to type: "ABCD EFGH". Authenticator apps ignore the spaces."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
