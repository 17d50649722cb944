"""The public keys that the company's servers publish, as a JSON Web Key Set (RFC 7517)."""

import hashlib
from typing import Any, Final

from django.core.cache import caches

from portal.accounts.federation.errors import BadAnswer
from portal.accounts.federation.http import fetch_json, pause_after_failure

_LIFETIME: Final = 3600  # Seconds that each process caches a key set.
_REFRESH_INTERVAL: Final = 60  # Seconds in which an unknown key causes at most one new fetch of each process.

Key = dict[str, Any]


def find_key(url: str, header: dict[str, Any], algorithm: str) -> Key | None:
    """The key of the set with which a token with this header is signed, if it is there.

    Raises ProviderUnavailable and BadAnswer.
    """
    return _select(_key_set(url), header, algorithm) or _select(
        _key_set(url, refresh=True), header, algorithm
    )


def _key_set(url: str, *, refresh: bool = False) -> list[Key]:
    """With `refresh`, the cache is bypassed, unless that happened within the last minute."""
    cache = caches["process"]
    cached: list[Key] | None = cache.get(_cache_key(url))
    if cached is not None and not (
        refresh and cache.add(_cache_key(url) + "-again", True, _REFRESH_INTERVAL)
    ):
        return cached
    with pause_after_failure(url):
        keys = _fetch(url)
    cache.set(_cache_key(url), keys, _LIFETIME)
    return keys


def _fetch(url: str) -> list[Key]:
    keys = fetch_json(url).get("keys")
    if not isinstance(keys, list):
        raise BadAnswer("its keys are no list")
    return [key for key in keys if isinstance(key, dict)]


def _select(keys: list[Key], header: dict[str, Any], algorithm: str) -> Key | None:
    """A token need not name its key where only one key is usable."""
    usable = [
        key for key in keys if key.get("use", "sig") == "sig" and key.get("alg", algorithm) == algorithm
    ]
    if "kid" not in header:
        return usable[0] if len(usable) == 1 else None
    return next((key for key in usable if key.get("kid") == header["kid"]), None)


def _cache_key(url: str) -> str:
    return "key-set-" + hashlib.sha256(url.encode()).hexdigest()
