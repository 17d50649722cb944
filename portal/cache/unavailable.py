"""What a cache that is lost means to its callers; `portal.cache.redis_cache` is where it is found out."""

from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec

RETRY_SECONDS: Final = 60  # After which clients should try again what was refused because the cache is lost.

Arguments = ParamSpec("Arguments")


class CacheUnavailable(Exception):
    """The cache was not asked, or did not answer: what it has stored, counted or marked is unknown.

    Nothing turns it into "not there" by itself, because a limit that reads "no attempts so far" is no limit. Each
    caller decides: a badge is unknown, a guess is refused, a page is shown without being counted.
    """


def without_cache(*, answer: bool) -> Callable[[Callable[Arguments, bool]], Callable[Arguments, bool]]:
    """Decorate a function that says whether something is allowed: what it answers while the cache is lost."""

    def decorate(function: Callable[Arguments, bool]) -> Callable[Arguments, bool]:
        @wraps(function)
        def decided(*args: Arguments.args, **kwargs: Arguments.kwargs) -> bool:
            try:
                return function(*args, **kwargs)
            except CacheUnavailable:
                return answer

        return decided

    return decorate
