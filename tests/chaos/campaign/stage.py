"""The environment of a campaign's portal: its real settings, a database of its own, short timeouts."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from psycopg import sql

from tests.chaos.campaign.time_scale import SEND_DEADLINE


@contextlib.contextmanager
def database(folder: Path) -> Iterator[str]:
    """The DATABASE_URL of a new database: on PostgreSQL with TEST_DATABASE=postgresql, else on SQLite."""
    if os.environ.get("TEST_DATABASE") != "postgresql":
        yield f"sqlite:///{folder / 'portal.sqlite3'}"
        return
    server = os.environ["DATABASE_URL"]  # Set by `tests.support.plugin`.
    name = sql.Identifier(f"campaign_{uuid4().hex}")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            yield urlsplit(server)._replace(path=f"/{name.as_string()}".replace('"', "")).geturl()
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def environment(folder: Path, database_url: str, api_url: str, api_key: str) -> dict[str, str]:
    """The environment variables of the portal, without a developer's own settings."""
    # Those of a round of tests are collected already.
    static = Path(os.environ.get("TEST_STATIC_ROOT", folder / "static"))
    static.mkdir(exist_ok=True)
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return inherited | {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PYTHONWARNINGS": "error",
        "ENV_FILE": "",
        "SECRET_KEY": "a-key-for-campaigns-that-signs-nothing-anybody-needs-to-trust",
        "FIELD_ENCRYPTION_KEYS": "for-campaigns-only-for-campaigns-only-for-0=",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "DATABASE_URL": database_url,
        "CACHE_URL": "locmemcache://",
        "EMAIL_URL": "memorymail://",
        "STATIC_ROOT": str(static),
        "LOG_LEVEL": "CRITICAL",
        "SECUREMAIL_API_URL": api_url,
        "SECUREMAIL_API_KEY": api_key,
        "SECUREMAIL_CONNECT_TIMEOUT": "0.5",
        "SECUREMAIL_READ_TIMEOUT": "0.4",
        "SECUREMAIL_DEADLINE": "0.5",
        "SECUREMAIL_SEND_DEADLINE": str(SEND_DEADLINE),
        "PORTAL_SEND_HOURLY": "10000",
        "PORTAL_SEND_DAILY": "100000",
        "PORTAL_SEND_WAITING": "1000",
        "PORTAL_PAGES_PER_MINUTE": "100000",
    }
