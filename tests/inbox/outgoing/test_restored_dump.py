"""A dump of PostgreSQL, restored after a message in it was sent: the API gets that message once."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.support.patience import await_true
from tests.support.postgresql_server import PostgreSQLServer
from tests.support.redis import RedisServer
from tests.support.sandbox import Sandbox
from tests.support.served import PROJECT, Served

pytestmark = [pytest.mark.slow, pytest.mark.proof]

LETTER = {"subject": "A broken window", "text": "Dear team, it broke."}


@dataclass
class Installation:
    """A portal with PostgreSQL and Redis, in front of a sandbox."""

    folder: Path
    environment: dict[str, str]
    server: PostgreSQLServer
    sandbox: Sandbox

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603  A command of our own.
            [sys.executable, "manage.py", *arguments],
            cwd=PROJECT,
            env=os.environ | self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def program(self, name: str, *arguments: str) -> None:
        subprocess.run([self.server.programs / name, *arguments], check=True)  # noqa: S603  A command of our own.

    def states(self) -> list[str]:
        with psycopg.connect(self.server.url()) as connection:
            rows = connection.execute("SELECT state FROM inbox_outgoingmessage ORDER BY id").fetchall()
        return [state for (state,) in rows]

    def deliver_until(self, *states: str) -> bool:
        return await_true(lambda: self.manage("deliver") and self.states() == [*states])


@pytest.fixture
def installation(tmp_path) -> Iterator[Installation]:
    with PostgreSQLServer() as server, RedisServer(tmp_path) as redis, Sandbox() as sandbox:
        environment = {"DATABASE_URL": server.url(), "CACHE_URL": redis.url}
        environment |= {"SECUREMAIL_API_URL": sandbox.url, "SECUREMAIL_API_KEY": sandbox.api_key}
        yield Installation(tmp_path, environment, server, sandbox)


def test_what_a_dump_holds_as_queued_is_sent_once(installation):
    sandbox, dump, url = installation.sandbox, installation.folder / "dump", installation.server.url()
    with Served(installation.folder, 1, **installation.environment) as portal:
        (person,) = portal.people
        sandbox.fault("status", status=429, operation="send")
        portal.ask("/inbox/a0/compose/", person, LETTER)
        sandbox.heal()
        installation.program("pg_dump", "--format=custom", f"--file={dump}", url)
        assert installation.deliver_until("sent")
        sandbox.forget_calls()
        options = ["--clean", "--if-exists", "--no-owner", "--single-transaction", f"--dbname={url}"]
        installation.program("pg_restore", *options, str(dump))
        assert installation.states() == ["queued"]
        # The portal runs on, as it does where somebody forgets to stop it.
        portal.ask("/inbox/a0/compose/", person, {**LETTER, "text": "Written since."})
    refused = installation.manage("deliver")
    assert refused.returncode == 1 and "The database is older than the last known sending" in refused.stderr
    assert sandbox.calls("send") == []
    said = installation.manage("deliver", "--after-restore").stdout
    assert "may have been sent since the backup: 2." in said
    assert installation.deliver_until("sent", "unconfirmed")
    assert sandbox.calls("send") == []
    assert [mail["text"] for mail in sandbox.messages()] == [LETTER["text"]]
