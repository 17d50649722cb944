"""The company's OpenID Connect provider: where its endpoints are, and the way from a code to a token."""

import hashlib
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote_plus

from django.conf import settings
from django.core.cache import cache

from portal.accounts.federation.errors import BadAnswer
from portal.accounts.federation.http import ask
from portal.accounts.validators import is_safe_url

_KEPT: Final = 3600  # Seconds that endpoints are kept.


@dataclass(frozen=True)
class Endpoints:
    """What OpenID Connect Discovery 1.0, section 3, calls provider metadata: the part that is used here."""

    authorization: str
    token: str
    keys: str
    end_session: str  # Empty where the provider has none.
    secret_in_form: (
        bool  # How the portal names itself there: client_secret_post, or else client_secret_basic.
    )


def is_configured() -> bool:
    return bool(settings.PORTAL_OIDC_ISSUER)


def endpoints() -> Endpoints:
    """Raises ProviderUnavailable and BadAnswer."""
    url = settings.PORTAL_OIDC_ISSUER.rstrip("/") + "/.well-known/openid-configuration"
    kept: Endpoints | None = cache.get(_key(url))
    if kept is None:
        kept = _read_metadata(ask(url))
        cache.set(_key(url), kept, _KEPT)
    return kept


def redeem(code: str, verifier: str, redirect_uri: str) -> str:
    """The ID token for a code that came back, as it was sent.

    Raises ProviderUnavailable, BadAnswer, and NotProved where the provider does not know the code.
    """
    known = endpoints()
    identity = (settings.PORTAL_OIDC_CLIENT_ID, settings.PORTAL_OIDC_CLIENT_SECRET)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
    }
    if known.secret_in_form:
        form["client_id"], form["client_secret"] = identity
        answer = ask(known.token, form)
    else:
        # RFC 6749, section 2.3.1: each half is form-encoded before the two are joined.
        answer = ask(known.token, form, (quote_plus(identity[0]), quote_plus(identity[1])))
    token = answer.get("id_token")
    if not isinstance(token, str):
        raise BadAnswer("it answered a code without an ID token")
    return token


def _read_metadata(metadata: dict[str, Any]) -> Endpoints:
    if metadata.get("issuer") != settings.PORTAL_OIDC_ISSUER:
        raise BadAnswer("it calls itself by another name than PORTAL_OIDC_ISSUER")
    required = [metadata.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    if not all(is_safe_url(url) for url in required):
        raise BadAnswer("it names no safe address for each of its endpoints")
    authorization, token, keys = map(str, required)
    end_session = metadata.get("end_session_endpoint")
    methods = metadata.get("token_endpoint_auth_methods_supported")
    return Endpoints(
        authorization,
        token,
        keys,
        end_session=str(end_session) if is_safe_url(end_session) else "",
        secret_in_form=isinstance(methods, list) and "client_secret_post" in methods,
    )


def _key(url: str) -> str:
    return "company-sign-in-" + hashlib.sha256(f"{settings.PORTAL_OIDC_ISSUER} {url}".encode()).hexdigest()
