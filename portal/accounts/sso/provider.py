"""The company's OpenID Connect provider: where its endpoints are, which keys it signs with, and how it is asked."""

import hashlib
import json
import time
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote_plus, urlsplit

from allauth.socialaccount.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache

from portal.accounts.sso.failures import BadAnswer, NotProved, ProviderUnavailable
from portal.checks import is_loopback

_KEPT: Final = 3600  # Seconds that endpoints and keys are kept.
_KEYS_AGAIN: Final = 60  # Seconds: an unknown key has all keys fetched anew once in this time.
_MOST_BYTES: Final = 256 * 1024
_DEADLINE: Final = 6.0  # Seconds for one whole answer; the session limits each wait within it.


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


def endpoints() -> Endpoints:
    """Raises ProviderUnavailable and BadAnswer."""
    url = settings.PORTAL_OIDC_ISSUER.rstrip("/") + "/.well-known/openid-configuration"
    kept: Endpoints | None = cache.get(_key(url))
    if kept is None:
        kept = _read_metadata(_ask(url))
        cache.set(_key(url), kept, _KEPT)
    return kept


def keys(url: str, *, again: bool = False) -> list[dict[str, Any]]:
    """The keys that tokens are signed with, as JSON Web Keys (RFC 7517).

    With `again` they are fetched anew, unless that has just been done. Raises ProviderUnavailable and BadAnswer.
    """
    kept: list[dict[str, Any]] | None = cache.get(_key(url))
    if kept is not None and not (again and cache.add(_key(url) + "-again", True, _KEYS_AGAIN)):
        return kept
    found = _ask(url).get("keys")
    if not isinstance(found, list):
        raise BadAnswer("its keys are no list")
    fresh = [key for key in found if isinstance(key, dict)]
    cache.set(_key(url), fresh, _KEPT)
    return fresh


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
        answer = _ask(known.token, form)
    else:
        # RFC 6749, section 2.3.1: each half is form-encoded before the two are joined.
        answer = _ask(known.token, form, (quote_plus(identity[0]), quote_plus(identity[1])))
    token = answer.get("id_token")
    if not isinstance(token, str):
        raise BadAnswer("it answered a code without an ID token")
    return token


def _read_metadata(metadata: dict[str, Any]) -> Endpoints:
    if metadata.get("issuer") != settings.PORTAL_OIDC_ISSUER:
        raise BadAnswer("it calls itself by another name than PORTAL_OIDC_ISSUER")
    required = [metadata.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    if not all(is_safe(url) for url in required):
        raise BadAnswer("it names no safe address for each of its endpoints")
    authorization, token, keys = map(str, required)
    end_session = metadata.get("end_session_endpoint")
    methods = metadata.get("token_endpoint_auth_methods_supported")
    return Endpoints(
        authorization,
        token,
        keys,
        end_session=str(end_session) if is_safe(end_session) else "",
        secret_in_form=isinstance(methods, list) and "client_secret_post" in methods,
    )


def _ask(
    url: str, form: dict[str, str] | None = None, identity: tuple[str, str] | None = None
) -> dict[str, Any]:
    """GET, or POST a form; the answer is a JSON object. Every call to the provider is this one."""
    deadline = time.monotonic() + _DEADLINE
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    method = "GET" if form is None else "POST"
    try:
        with (
            get_adapter().get_requests_session() as session,
            session.request(
                method, url, data=form, auth=identity, headers=headers, stream=True, allow_redirects=False
            ) as response,
        ):
            status, body = response.status_code, _read(response, deadline)
    except (OSError, ValueError) as error:
        # All that the session raises is one of the two; its text may hold the address with what it carries.
        raise ProviderUnavailable(f"it cannot be reached: {type(error).__name__}") from None
    return _understood(status, body, posted=form is not None)


def _read(response: Any, deadline: float) -> bytes:
    body = bytearray()
    for piece in response.iter_content(8192):
        body += piece
        if len(body) > _MOST_BYTES:
            raise BadAnswer("its answer is too large")
        if time.monotonic() > deadline:
            raise ProviderUnavailable("its answer takes too long")
    return bytes(body)


def _understood(status: int, body: bytes, *, posted: bool) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if status >= 500:
        raise ProviderUnavailable(f"it answered {status}")
    # RFC 6749, section 5.2: this one is about the code, all others are about the portal.
    if posted and isinstance(answer, dict) and answer.get("error") == "invalid_grant":
        raise NotProved("it does not know the code")
    if status != 200:
        raise BadAnswer(f"it answered {status}")
    if not isinstance(answer, dict):
        raise BadAnswer("its answer is no JSON object")
    return answer


def _key(url: str) -> str:
    return "company-sign-in-" + hashlib.sha256(f"{settings.PORTAL_OIDC_ISSUER} {url}".encode()).hexdigest()
