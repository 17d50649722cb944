import psycopg
import pytest
from django.db import (
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
)
from django.db.transaction import TransactionManagementError

from portal.database.failures import in_words, is_outage

pytestmark = pytest.mark.postgresql


def raised(error: Exception, cause: Exception | None = None) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("connection refused"),
        InterfaceError("the connection is closed"),
        raised(InternalError(), psycopg.errors.ReadOnlySqlTransaction()),
        raised(TransactionManagementError(), OperationalError()),
    ],
)
def test_a_database_that_fails_is_an_outage(error):
    assert is_outage(error)


@pytest.mark.parametrize("kind", ["DiskFull", "TooManyConnections", "AdminShutdown", "DeadlockDetected"])
def test_what_postgresql_reports_in_an_outage_reaches_us_as_an_operational_error(kind):
    assert issubclass(getattr(psycopg.errors, kind), psycopg.OperationalError)


@pytest.mark.parametrize(
    "error",
    [
        None,
        IntegrityError(),
        DataError(),
        ProgrammingError(),
        raised(InternalError(), psycopg.errors.InFailedSqlTransaction()),
        raised(ValueError(), OperationalError()),
    ],
)
def test_an_error_of_a_query_is_none(error):
    assert not is_outage(error)


def test_the_words_are_one_line():
    error = OperationalError('connection to "db" failed: Connection refused\n\tIs the server running?\n')
    assert in_words(error) == 'connection to "db" failed: Connection refused Is the server running?.'
    assert in_words(OperationalError()) == "OperationalError."
