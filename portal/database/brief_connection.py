"""A connection to the database of one's own that gives up soon: for asking whether the database works."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

_ALIAS = "default"


@contextmanager
def brief_connection(seconds: float) -> Iterator[BaseDatabaseWrapper]:
    """Give this thread a new connection until the end of the block, which is one transaction.

    Connecting and each statement take about `seconds` at most, as far as a client can see to that: a server that stops
    in the middle of an answer is waited for. So use it in a thread that can be left behind.
    """
    connection = connections.create_connection(_ALIAS)
    connection.settings_dict = _settings(connection, seconds)
    before = connections[_ALIAS]
    connections[_ALIAS] = connection
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                # Not as an option of the connection: PgBouncer refuses those.
                with connection.cursor() as cursor:
                    cursor.execute(f"SET LOCAL statement_timeout = {round(seconds * 1000)}")
            yield connection
    finally:
        connection.close()
        connections[_ALIAS] = before


def _settings(connection: BaseDatabaseWrapper, seconds: float) -> dict[str, Any]:
    settings: dict[str, Any] = deepcopy(connection.settings_dict)
    options = settings["OPTIONS"]
    if connection.vendor == "postgresql":
        options.pop("pool", None)
        # libpq takes whole seconds, at least two. The others are for a server that is gone without a word.
        options |= {"connect_timeout": max(2, round(seconds)), "tcp_user_timeout": round(seconds * 1000)}
        options |= {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}
    else:
        # For the lock of another writer, which a transaction that only reads must not take.
        options |= {"timeout": seconds, "transaction_mode": "DEFERRED"}
    return settings
