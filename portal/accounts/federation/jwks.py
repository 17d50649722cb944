"""The keys that the company's own servers publish, as JSON Web Keys (RFC 7517)."""

import hashlib
from typing import Any, Final

from django.core.cache import cache

from portal.accounts.federation.errors import BadAnswer, ProviderUnavailable
from portal.accounts.federation.http import ask

_KEPT: Final = 3600  # Seconds that keys are kept.
_AGAIN: Final = 60  # Seconds: an unknown key has all keys fetched anew once in this time.
_PAUSE: Final = (
    15  # Seconds: a server that has failed is not asked. Anybody's tokens would have us wait for it.
)

Key = dict[str, Any]


def find(url: str, header: dict[str, Any], algorithm: str) -> Key | None:
    """The key that a token with this header is signed with, or None where the set has none.

    Raises ProviderUnavailable and BadAnswer.
    """
    return _named(_keys(url), header, algorithm) or _named(_keys(url, again=True), header, algorithm)


def _keys(url: str, *, again: bool = False) -> list[Key]:
    """With `again` they are fetched anew, unless that has just been done."""
    kept: list[Key] | None = cache.get(_cached(url))
    if kept is not None and not (again and cache.add(_cached(url) + "-again", True, _AGAIN)):
        return kept
    if cache.get(_cached(url) + "-failed"):
        raise ProviderUnavailable("its keys could not be had a moment ago")
    try:
        fresh = _fetch(url)
    except (ProviderUnavailable, BadAnswer):
        cache.set(_cached(url) + "-failed", True, _PAUSE)
        raise
    cache.set(_cached(url), fresh, _KEPT)
    return fresh


def _fetch(url: str) -> list[Key]:
    found = ask(url).get("keys")
    if not isinstance(found, list):
        raise BadAnswer("its keys are no list")
    return [key for key in found if isinstance(key, dict)]


def _named(keys: list[Key], header: dict[str, Any], algorithm: str) -> Key | None:
    """A token may name no key where the provider has only one."""
    usable = [
        key for key in keys if key.get("use", "sig") == "sig" and key.get("alg", algorithm) == algorithm
    ]
    if "kid" not in header:
        return usable[0] if len(usable) == 1 else None
    return next((key for key in usable if key.get("kid") == header["kid"]), None)


def _cached(url: str) -> str:
    return "key-set-" + hashlib.sha256(url.encode()).hexdigest()
