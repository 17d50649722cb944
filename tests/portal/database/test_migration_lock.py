"""Two `manage.py migrate` at once: the second waits, says so, and finds nothing left to do."""

import io
from threading import Thread

import pytest
from django.core.management import call_command
from django.db import connection

from portal.database import migration_lock
from tests.support.patience import MINUTE, await_true

pytestmark = pytest.mark.postgresql("portal.database.migration_lock")

WAITING = "Another migrate is changing this database"
DONE = "No planned migration operations"


def migrate(out: io.StringIO) -> None:
    try:
        call_command("migrate", plan=True, stdout=out)
    finally:
        connection.close()  # This thread's.


def test_a_second_migrate_waits_and_says_so(transactional_db):
    out, said = io.StringIO(), []
    second = Thread(target=migrate, args=[out])
    with migration_lock.held(connection, said.append):
        second.start()
        assert await_true(lambda: WAITING in out.getvalue())
        assert second.is_alive() and DONE not in out.getvalue()
    second.join(MINUTE)
    assert DONE in out.getvalue() and said == []


def test_the_lock_ends_with_a_migrate_that_fails(transactional_db):
    said: list[str] = []
    with pytest.raises(ValueError, match="half way"), migration_lock.held(connection, said.append):
        raise ValueError("half way")
    with migration_lock.held(connection, said.append):
        assert said == []
