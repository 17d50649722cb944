"""What a request costs: queries of the database, calls of the cache, calls of the API."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from typing import Any, ClassVar, NamedTuple

from django.core.cache.backends.locmem import LocMemCache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support.sandbox import Sandbox

_OPERATIONS = (
    "add",
    "get",
    "set",
    "touch",
    "delete",
    "has_key",
    "incr",
    "get_many",
    "set_many",
    "delete_many",
)


class Costs(NamedTuple):
    queries: int
    cache: int
    upstream: int


class CountingCache(LocMemCache):
    """A cache in memory that counts what it is asked for, by all threads together.

    What one operation does by others is no further call: on Redis, `get_many` is a single one.
    """

    calls: ClassVar[Counter[str]] = Counter()
    is_within = False  # Django has a cache object for each thread.


def _counted(name: str) -> Callable[..., Any]:
    operation = getattr(LocMemCache, name)

    def counted(self: CountingCache, *args: Any, **kwargs: Any) -> Any:
        if self.is_within:
            return operation(self, *args, **kwargs)
        self.calls[name] += 1
        self.is_within = True
        try:
            return operation(self, *args, **kwargs)
        finally:
            self.is_within = False

    return counted


for _name in _OPERATIONS:
    setattr(CountingCache, _name, _counted(_name))


def costs_of(request: Callable[[], object], sandbox: Sandbox, started: Sequence[Future[Any]] = ()) -> Costs:
    """`started` are calls upstream that the request may leave to end after it. The cache is a CountingCache."""
    sandbox.forget_calls()
    CountingCache.calls.clear()
    with CaptureQueriesContext(connection) as queries:
        request()
    wait(started)
    return Costs(len(queries), CountingCache.calls.total(), len(sandbox.calls()))
