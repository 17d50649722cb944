"""Sets the environment variables before Django reads its settings, which is earlier than any conftest.

The tests use no setting from a developer's `.env`. With TEST_DATABASE=postgresql
a PostgreSQL server is started for this run alone, unless DATABASE_URL names one.
"""

import atexit
import gc
import os
import shutil
import socket
import tempfile
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from portal import logs
from tests.support import postgresql

_SCRATCH = Path(tempfile.mkdtemp(prefix="portal-tests-"))


def _start_postgresql() -> str:
    server = postgresql.start(_SCRATCH)
    atexit.register(server.cleanup)
    return str(server.get_uri())


def _database_url() -> str:
    if os.environ.get("TEST_DATABASE") != "postgresql":
        return f"sqlite:///{_SCRATCH / 'portal.sqlite3'}"
    return os.environ.get("DATABASE_URL") or _start_postgresql()


def _refuse_the_internet() -> None:
    """Tests reach this machine alone: anything else would hang, or would lie about what they prove."""
    connect = socket.socket.connect

    def connect_to_loopback(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and str(address[0]) not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"A test tried to reach {address[0]}.")
        connect(self, address)

    socket.socket.connect = connect_to_loopback  # type: ignore[method-assign]


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """`caplog.text` is what operators read; `caplog.records` is what was passed to the loggers."""
    plugin: Any = config.pluginmanager.get_plugin("logging-plugin")
    for handler in (plugin.caplog_handler, plugin.report_handler, plugin.log_file_handler):
        handler.setFormatter(logs.Formatter())


def pytest_collection_finish() -> None:
    """Thousands of collected tests stay until the end: looking through them for garbage again and again takes time."""
    gc.collect()
    gc.freeze()
    gc.enable()


gc.disable()
atexit.register(shutil.rmtree, _SCRATCH, ignore_errors=True)
# One folder of static files for all processes of a run: the others inherit the variable from the first.
_STATIC = Path(os.environ.setdefault("TEST_STATIC_ROOT", str(_SCRATCH / "static")))
_STATIC.mkdir(exist_ok=True)
_refuse_the_internet()
os.environ.update(
    DJANGO_SETTINGS_MODULE="portal.settings",
    ENV_FILE="",
    DEBUG="false",
    SECRET_KEY="a-key-for-tests-that-signs-nothing-anybody-needs-to-trust",
    FIELD_ENCRYPTION_KEYS="a-key-for-tests-that-encrypts-no-mail-here0=",
    ALLOWED_HOSTS="localhost,127.0.0.1",
    DATABASE_URL=_database_url(),
    CACHE_URL="locmemcache://",
    EMAIL_URL="memorymail://",
    STATIC_ROOT=str(_STATIC),
    SECUREMAIL_API_URL="http://127.0.0.1:9/nexus/v3",
    SECUREMAIL_API_KEY="key-for-tests",
    # Tests do in a second what no person does in a day. Those of the limits set their own.
    PORTAL_SEND_HOURLY="10000",
    PORTAL_SEND_DAILY="100000",
    PORTAL_SEND_WAITING="1000",
    PORTAL_PAGES_PER_MINUTE="100000",
)
# By default an example that takes 200 ms fails, and so does a test for which making examples takes a second, which on a
# busy machine says nothing about the code; and each run has other examples, so that it may fail at random.
hypothesis.settings.register_profile(
    "portal",
    deadline=None,
    derandomize=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("portal")
