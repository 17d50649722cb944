"""System checks of CACHE_URL."""

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.cache import InvalidCacheBackendError, caches
from django.core.checks import CheckMessage, Error, register

from portal.checks import TAG


@register(TAG)
def cache_enabled(**_: object) -> list[CheckMessage]:
    if not settings.CACHES["default"]["BACKEND"].endswith("DummyCache"):
        return []
    hint = "Set CACHE_URL=redis://..., or remove it where the portal runs as one process."
    return [
        Error("Without a cache nothing limits guesses at passwords and codes.", hint=hint, id="portal.E018")
    ]


@register(TAG)
def cache_options(**_: object) -> list[CheckMessage]:
    """Without connecting: a server that is down is none of the settings' faults, and does not keep the portal down."""
    if not settings.CACHES["default"]["BACKEND"].startswith("portal."):
        return []
    try:
        cache: Any = caches.create_connection("default")
        cache.make_connection()
    except (ImportError, InvalidCacheBackendError):
        hint = "Install it: pip install redis."
        return [Error("CACHE_URL needs the package redis.", hint=hint, id="portal.E046")]
    except (TypeError, ValueError):
        hint = (
            "It looks like redis://user:password@host:6379/0, with special characters of the password percent-encoded."
            " Options after a question mark are those of the package redis, such as ssl_ca_certs=/etc/portal/ca.pem."
        )
        return [Error("CACHE_URL cannot be used.", hint=hint, id="portal.E046")]
    return []


@register(TAG)
def shared_cache(**_: object) -> list[CheckMessage]:
    backend = settings.CACHES["default"]["BACKEND"]
    if not settings.PRODUCTION or not backend.endswith("LocMemCache"):
        return []
    hint = "Set CACHE_URL=redis://... unless the portal runs as one process."
    return [checks.Warning("Limits on sign-ins count for each process alone.", hint=hint, id="portal.W001")]
