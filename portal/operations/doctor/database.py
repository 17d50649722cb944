"""Examines the database: connecting, tables, writing, free connections, clock."""

from collections.abc import Iterator
from typing import Final

from django.conf import settings
from django.core.checks import Tags, run_checks
from django.db import DatabaseError, OperationalError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from portal import heartbeats
from portal.database.brief_connection import brief_connection
from portal.database.schema import missing_migrations
from portal.findings import Finding, failure, ok, warning
from portal.heartbeats import HeartbeatWriter
from portal.operations.doctor import clocks, settings_checks

TOPIC: Final = "Database"
SECONDS: Final = 3.0  # To connect, and for each statement.
_SHARE_IN_USE: Final = 0.8  # Of PostgreSQL's connections: above it, the next instance may find none.
_FIX: Final = "Correct DATABASE_URL, or start the database."


def look() -> Iterator[Finding]:
    try:
        with brief_connection(SECONDS) as connection:
            yield from _examine(connection)
    except OperationalError as error:
        message, fix = _explain(str(error))
        yield failure(TOPIC, message, fix)


def _examine(connection: BaseDatabaseWrapper) -> Iterator[Finding]:
    version = ".".join(map(str, connection.get_database_version()[:2]))
    yield ok(TOPIC, f"{connection.display_name} {version} answers{_where()}.")
    if missing := missing_migrations(connection):
        text = f"Migrations of this release are not applied: {len(missing)}, such as {missing[0]}."
        yield failure(TOPIC, text, "Run: python manage.py migrate")
        return
    yield _write()
    for message in run_checks(tags=[Tags.database], databases=[connection.alias]):
        yield settings_checks.finding(message)
    if connection.vendor == "postgresql":
        yield from _examine_server(connection)


def _write() -> Finding:
    try:
        with transaction.atomic():
            HeartbeatWriter(heartbeats.DOCTOR).write(outcome="the doctor was here")
    except DatabaseError as error:
        message = f"It can be read, and not written ({type(error).__name__}): nobody can sign in or send."
        fix = "See whether it is a replica, or read-only, or full, or the user of DATABASE_URL may only read."
        return failure(TOPIC, message, fix)
    return ok(TOPIC, "Its tables are those of this release, and can be written.")


def _examine_server(connection: BaseDatabaseWrapper) -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT clock_timestamp(), current_setting('max_connections')::int,"
            " (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')"
        )
        now, most, used = cursor.fetchone()
    yield clocks.compare(TOPIC, "the database", now, timezone.now())
    if used > most * _SHARE_IN_USE:
        message = f"{used} of its {most} connections are in use: soon pages will find none."
        fix = "Raise max_connections, or put PgBouncer in between: docs/operations.md has the sum."
        yield warning(TOPIC, message, fix)


def _where() -> str:
    host, port = settings.DATABASES["default"].get("HOST"), settings.DATABASES["default"].get("PORT")
    return f" at {host}:{port or 5432}" if host else ""


# Parts of what PostgreSQL's client and SQLite say, and what they mean. The texts themselves hold names of users.
_KNOWN: Final = (
    ("password authentication failed", "refuses the user or the password", "Correct them in DATABASE_URL."),
    ("no pg_hba.conf entry", "lets this machine or this user not in", "Add a line to its pg_hba.conf."),
    ("too many clients", "has no connection left", "Raise max_connections, or put PgBouncer in between."),
    (
        "remaining connection slots",
        "has no connection left",
        "Raise max_connections, or put PgBouncer in between.",
    ),
    ("does not exist", "has no such database or user", "Create it, or correct DATABASE_URL."),
    ("starting up", "is starting", "Wait, and run this again."),
    ("shutting down", "is shutting down", "Start it again."),
    ("refused", "is not there: nothing listens", _FIX),
    ("no such file", "is not there: nothing listens", _FIX),
    ("name or service not known", "cannot be found: its host's name is not known here", _FIX),
    ("failed to resolve", "cannot be found: its host's name is not known here", _FIX),
    ("name resolution", "cannot be found: its host's name is not known here", _FIX),
    (
        "timeout",
        "does not answer in time",
        "See whether it is overloaded or frozen, and the network on the way.",
    ),
    (
        "unable to open database file",
        "cannot be opened",
        "See that its folder exists and this user may write there.",
    ),
    ("locked", "is locked by another process", "Run this again; if it stays so, restart what uses it."),
    ("malformed", "is damaged", "Restore it from the last backup: docs/operations.md."),
)


def _explain(text: str) -> tuple[str, str]:
    """What is wrong, and what to do about it."""
    lowered = text.lower()
    for part, meaning, fix in _KNOWN:
        if part in lowered:
            return f"It {meaning}{_where()}.", fix
    return f"Connecting to it fails{_where()}.", _FIX
