"""What the portal stores: the cache of this process, and each column of each table."""

import pickle
from collections.abc import Iterator

from django.core.cache import cache
from django.db import connection


def cached() -> str:
    """Keys and values of the cache of this process."""
    return repr({name: pickle.loads(value) for name, value in cache._cache.items()})  # noqa: S301  Our own.


def columns() -> Iterator[tuple[str, str]]:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  One of our own tables.
            names = [column[0] for column in cursor.description]
            for name, values in zip(names, zip(*cursor.fetchall(), strict=True), strict=False):
                yield f"{table}.{name}", repr(values)
