"""A cache that is lost without a server: nothing listens at its port."""

import socket
from typing import Any

from portal.cache import redis_cache
from tests.support.patience import MINUTE


def redis_at(port: int, **options: Any) -> dict[str, dict[str, Any]]:
    """CACHES with a Redis server at this port of loop-back, about which nothing is known yet.

    It may take its time, as on a busy machine it will: what is to be too late needs a `socket_timeout`.
    """
    redis_cache._breaker_of.cache_clear()
    timeouts = {"socket_connect_timeout": MINUTE, "socket_timeout": MINUTE}
    url = f"redis://127.0.0.1:{port}/0"
    redis = {"BACKEND": "portal.cache.redis_cache.RedisCache", "LOCATION": url, "OPTIONS": timeouts | options}
    process = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "process"}
    return {"default": redis, "process": process}


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
