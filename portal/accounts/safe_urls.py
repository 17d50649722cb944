from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.checks import is_loopback


def is_safe(url: object) -> bool:
    """Whether secrets may travel there: https, or this machine itself."""
    if not isinstance(url, str):
        return False
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)))


def validate_safe_url(typed: str) -> None:
    """For forms. Raises ValidationError where `is_safe` says no."""
    if not is_safe(typed):
        raise ValidationError(_("Enter an address that begins with https://."), code="unsafe")
