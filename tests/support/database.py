import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


@contextmanager
def undone() -> Iterator[set[str]]:
    """Undoes what the body does to the database. Yields the names of the tables to which it writes."""
    written: set[str] = set()

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if write := re.match(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"', sql):
            written.add(write[1])
        return execute(sql, params, many, context)

    # A savepoint, and no `atomic`: a durable transaction may begin inside the one of a test, and in no other.
    savepoint = connection.savepoint()
    try:
        with connection.execute_wrapper(note):
            yield written
    finally:
        connection.savepoint_rollback(savepoint)
        transaction.set_rollback(False)
