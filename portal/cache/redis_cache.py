"""Django's Redis cache, for a server that may be down, frozen, full or read-only. It costs little, and ends by itself.

Each operation raises CacheUnavailable when it fails, and for PAUSE seconds after that at once, so that a server that
hangs costs one timeout for each process and pause. Then one operation first tries whether the server takes a value
again. It has to be a write: a server that is full, or a read-only replica, still answers reads.
"""

import logging
import socket
from collections.abc import Callable
from functools import cache, partial, wraps
from threading import Lock
from time import monotonic
from typing import Any

from django.core.cache.backends import redis
from redis import Redis
from redis.exceptions import RedisError

from portal.cache.unavailable import CacheUnavailable

logger = logging.getLogger(__name__)

PAUSE = 3.0  # Seconds.
_PROBE = "probe"  # The key that is written to find out whether the server is back, and the seconds that it is kept.
_PROBE_SECONDS = 60
# After a minute without a command, the operating system asks the server for a sign of life: it keeps firewalls from
# forgetting the connection, and notices a server that has gone without a word.
_IDLE = {socket.TCP_KEEPIDLE: 60} if hasattr(socket, "TCP_KEEPIDLE") else {}
_OVER_TCP: dict[str, Any] = {"socket_keepalive": True, "socket_keepalive_options": _IDLE}


class Breaker:
    """Whether one server answers, as this process knows. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._is_lost = False
        self._next_try = 0.0

    def run(self, operation: Callable[[], Any], probe: Callable[[], Any]) -> Any:
        """The result of the operation. Raises CacheUnavailable if it fails, or is not tried."""
        try:
            if self._must_probe():
                probe()
                self._found()
            return operation()
        except (RedisError, OSError) as error:
            self._lose(error)
            raise CacheUnavailable from error

    def _must_probe(self) -> bool:
        if not self._is_lost:
            return False
        with self._lock:
            if self._is_lost and monotonic() < self._next_try:
                raise CacheUnavailable
            # Meanwhile no other thread tries. Should this one never end, the next one does so after the pause.
            self._next_try = monotonic() + PAUSE
            return self._is_lost

    def _lose(self, error: Exception) -> None:
        with self._lock:
            is_news, self._is_lost = not self._is_lost, True
            self._next_try = monotonic() + PAUSE
        if is_news:
            logger.error("Redis is lost: %s. It is tried again every %d s", _reason(error), PAUSE)

    def _found(self) -> None:
        with self._lock:
            self._is_lost = False
        logger.warning("Redis is back")


def _reason(error: Exception) -> str:
    """The error's class, and the word in capitals with which an error of the server itself may begin."""
    word = str(error).partition(" ")[0]
    return f"{type(error).__name__} {word}" if word.isalpha() and word.isupper() else type(error).__name__


@cache
def _breaker_of(server: str) -> Breaker:
    """Django has a cache object for each thread; what is known about the server is shared by all."""
    return Breaker()


def _guarded(operation: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(operation)
    def guarded(self: "RedisCache", *args: Any, **kwargs: Any) -> Any:
        return self.breaker.run(partial(operation, self, *args, **kwargs), self.write_probe)

    return guarded


class _Client(redis.RedisCacheClient):
    """Keeps the client of each server. Django makes one for each operation, a fifth of what that costs."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._client = cache(Redis)  # Called with the server's pool of connections.


class RedisCache(redis.RedisCache):
    """Raises CacheUnavailable in place of every error of the server and the connection to it."""

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        options = ({} if str(server).startswith("unix:") else _OVER_TCP) | params.get("OPTIONS", {})
        super().__init__(server, params | {"OPTIONS": options})
        self._class = _Client
        self.breaker = _breaker_of(str(server))

    def make_connection(self) -> Any:
        """A connection of the package redis, which is not opened. Raises TypeError and ValueError for wrong options."""
        return self._cache.get_client(write=True).connection_pool.make_connection()

    def write_probe(self) -> None:
        super().set(_PROBE, 1, _PROBE_SECONDS)

    add = _guarded(redis.RedisCache.add)
    get = _guarded(redis.RedisCache.get)
    set = _guarded(redis.RedisCache.set)
    touch = _guarded(redis.RedisCache.touch)
    delete = _guarded(redis.RedisCache.delete)
    has_key = _guarded(redis.RedisCache.has_key)
    incr = _guarded(redis.RedisCache.incr)
    get_many = _guarded(redis.RedisCache.get_many)
    set_many = _guarded(redis.RedisCache.set_many)
    delete_many = _guarded(redis.RedisCache.delete_many)
    clear = _guarded(redis.RedisCache.clear)
