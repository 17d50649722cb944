"""Examines the cache, which holds counts of limits and unread numbers: in Redis, unless there is one process alone."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from portal.findings import Finding, failure, ok, warning
from portal.operations.doctor import clocks

if TYPE_CHECKING:
    import redis

TOPIC: Final = "Cache"
_SECONDS: Final = 2.0  # To connect, and for each answer.
_HARM: Final = "Signing in is refused, since its limits cannot be counted, and badges are missing."
_MEMORY: Final = "Raise its maxmemory: docs/operations.md has the figures."


def look() -> Iterator[Finding]:
    location = settings.CACHES["default"].get("LOCATION") or ""
    url = str(location[0] if isinstance(location, list | tuple) else location)
    if not url.startswith(("redis://", "rediss://", "unix://")):
        yield ok(TOPIC, "Each process has one of its own, in its memory.")
        return
    import redis  # An extra of the package: a portal of one process does without.

    parts = urlsplit(url)
    where = f"{parts.hostname}:{parts.port or 6379}" if parts.hostname else parts.path
    options = settings.CACHES["default"].get("OPTIONS", {})
    timeouts = {"socket_timeout": _SECONDS, "socket_connect_timeout": _SECONDS}
    client = redis.Redis.from_url(url, **options | timeouts)
    try:
        yield from _examine(client, where)
    except (redis.RedisError, OSError) as error:
        message, fix = _explain(error, where)
        yield failure(TOPIC, f"{message} {_HARM}", fix)
    finally:
        client.close()


def _examine(client: "redis.Redis", where: str) -> Iterator[Finding]:
    client.set("doctor", "1", ex=60)
    seconds, _microseconds = client.time()
    theirs, ours = datetime.fromtimestamp(seconds, UTC), timezone.now()
    yield ok(TOPIC, f"Redis at {where} answers, and can be written.")
    yield clocks.compare(TOPIC, "Redis", theirs, ours)
    if dropped := client.info().get("evicted_keys"):
        message = (
            f"Redis has dropped {dropped} entries for lack of memory, perhaps counts of wrong passwords."
        )
        yield warning(TOPIC, message, _MEMORY)


def _explain(error: Exception, where: str) -> tuple[str, str]:
    from redis import exceptions

    if isinstance(error, exceptions.AuthenticationError | exceptions.NoPermissionError):
        return f"Redis at {where} refuses the user or the password.", "Correct them in CACHE_URL."
    if isinstance(error, exceptions.ReadOnlyError):
        return f"Redis at {where} is a read-only replica.", "Name the primary in CACHE_URL."
    if isinstance(error, exceptions.OutOfMemoryError):
        return f"Redis at {where} has no memory left.", _MEMORY
    if isinstance(error, exceptions.TimeoutError):
        return (
            f"Redis at {where} does not answer within {_SECONDS:g} s.",
            "See whether it is frozen or overloaded.",
        )
    if isinstance(error, exceptions.ConnectionError):
        return f"Redis at {where} cannot be reached.", "Start it, or correct CACHE_URL."
    return f"Redis at {where} refuses to work ({type(error).__name__}).", "Its own log says why."
