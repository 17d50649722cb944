"""What DATABASE_URL says, as an entry of Django's DATABASES."""

import warnings
from typing import Any, Final

import environ
from django.core.exceptions import ImproperlyConfigured

Database = dict[str, Any]

_POSTGRESQL: Final = "django.db.backends.postgresql"
_SQLITE: Final = "django.db.backends.sqlite3"
_PERSISTENT_SECONDS: Final = 60  # How long a thread keeps its connection.
# Seconds, or milliseconds for tcp_user_timeout. Without these, a server that vanishes from the network without closing
# its connections is noticed after many minutes only.
_TIMEOUTS: Final = {
    "connect_timeout": 3,
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
_POOL_OPTIONS: Final = {"pool_min_size": "min_size", "pool_max_size": "max_size", "pool_timeout": "timeout"}
# A request keeps its connection until it is answered, so the pool has one for each of the threads that README.md
# recommends. `timeout` is how many seconds a request waits for one; `reconnect_timeout` ends the growing pauses between
# attempts to reach a server that is down, so that its return is noticed soon.
_POOL_DEFAULTS: Final = {"min_size": 2, "max_size": 32, "timeout": 5, "reconnect_timeout": 5}


def from_url(url: str) -> Database:
    """Raises ImproperlyConfigured, and never repeats the URL: it holds a password."""
    try:
        with warnings.catch_warnings(action="ignore"):  # A warning of django-environ would quote the URL.
            database: Database = environ.Env.db_url_config(url)
    except ValueError:
        raise ImproperlyConfigured(
            "DATABASE_URL cannot be read. It looks like postgres://user:password@host:5432/name; special characters in"
            " the user's name and password are percent-encoded, such as %2F for /."
        ) from None
    for name in ("CONN_HEALTH_CHECKS", "DISABLE_SERVER_SIDE_CURSORS"):
        if name in database:
            database[name] = _is_true(database[name])
    if database.get("ENGINE") == _POSTGRESQL:
        return _with_postgresql_options(database)
    if database.get("ENGINE") == _SQLITE:
        return _with_sqlite_options(database)
    raise ImproperlyConfigured("DATABASE_URL has to begin with postgres:// or sqlite:///.")


def _with_postgresql_options(database: Database) -> Database:
    database["OPTIONS"] = options = _TIMEOUTS | database.get("OPTIONS", {})
    # A connection is tried before a request uses it: one that a restart of the server has closed is replaced.
    database.setdefault("CONN_HEALTH_CHECKS", True)
    pool = {ours: options.pop(name) for name, ours in _POOL_OPTIONS.items() if name in options}
    if not _is_true(options.pop("pool", False)):
        if pool:
            raise ImproperlyConfigured("DATABASE_URL sizes a pool, but does not ask for one with pool=true.")
        database.setdefault("CONN_MAX_AGE", _PERSISTENT_SECONDS)
        return database
    options["pool"] = _checked(_POOL_DEFAULTS | pool)
    database["CONN_MAX_AGE"] = 0  # The pool keeps the connections, and no thread does.
    return database


def _is_true(value: object) -> bool:
    """As django-environ reads a boolean elsewhere; here it hands over the text, and every text counts as true."""
    return str(value).lower() in environ.Env.BOOLEAN_TRUE_STRINGS


def _checked(pool: dict[str, Any]) -> dict[str, Any]:
    numbers = [pool[name] for name in ("min_size", "max_size", "timeout")]
    if not all(isinstance(number, int) for number in numbers) or not (
        0 <= pool["min_size"] <= pool["max_size"] and pool["max_size"] >= 1 and pool["timeout"] >= 1
    ):
        raise ImproperlyConfigured(
            "In DATABASE_URL, pool_min_size, pool_max_size and pool_timeout are whole numbers: connections that are"
            " always open, connections at most, and seconds that a request waits for one (from 1)."
        )
    return pool


def _with_sqlite_options(database: Database) -> Database:
    """With write-ahead logging, readers do not wait for a writer.

    With IMMEDIATE, a transaction takes the write lock when it begins, and waits for it up to `timeout` seconds;
    otherwise it could fail half way.
    """
    database.setdefault("CONN_MAX_AGE", _PERSISTENT_SECONDS)
    database["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    return database
