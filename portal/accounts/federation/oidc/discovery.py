"""The endpoints of the company's provider, from its metadata (OpenID Connect Discovery 1.0, section 3)."""

import hashlib
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.core.cache import caches

from portal.accounts.federation.errors import BadAnswer
from portal.accounts.federation.http import fetch_json, pause_after_failure
from portal.accounts.validators import is_safe_url

_LIFETIME: Final = 3600  # Seconds that each process caches the endpoints.


@dataclass(frozen=True)
class Endpoints:
    """The part of the provider's metadata that the portal uses."""

    authorization: str
    token: str
    jwks: str
    end_session: str  # Empty where the provider does not support it.
    uses_client_secret_post: bool  # How the portal authenticates to it; otherwise by client_secret_basic.


def is_configured() -> bool:
    return bool(settings.PORTAL_OIDC_ISSUER)


def get_endpoints() -> Endpoints:
    """Raises ProviderUnavailable and BadAnswer."""
    url = settings.PORTAL_OIDC_ISSUER.rstrip("/") + "/.well-known/openid-configuration"
    cache = caches["process"]
    cached: Endpoints | None = cache.get(_cache_key(url))
    if cached is not None:
        return cached
    with pause_after_failure(url):
        metadata = fetch_json(url)
    endpoints = _parse_metadata(metadata)
    cache.set(_cache_key(url), endpoints, _LIFETIME)
    return endpoints


def _parse_metadata(metadata: dict[str, Any]) -> Endpoints:
    if metadata.get("issuer") != settings.PORTAL_OIDC_ISSUER:
        raise BadAnswer("it calls itself by another name than PORTAL_OIDC_ISSUER")
    required = [metadata.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    if not all(is_safe_url(url) for url in required):
        raise BadAnswer("it names no safe address for each of its endpoints")
    authorization, token, jwks = map(str, required)
    end_session = metadata.get("end_session_endpoint")
    methods = metadata.get("token_endpoint_auth_methods_supported")
    return Endpoints(
        authorization,
        token,
        jwks,
        end_session=str(end_session) if is_safe_url(end_session) else "",
        uses_client_secret_post=isinstance(methods, list) and "client_secret_post" in methods,
    )


def _cache_key(url: str) -> str:
    return "oidc-endpoints-" + hashlib.sha256(f"{settings.PORTAL_OIDC_ISSUER} {url}".encode()).hexdigest()
