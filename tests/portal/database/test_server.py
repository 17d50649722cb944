"""The portal and a PostgreSQL server of its own: restarted, away, with a wrong password, through a pool."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.support.patience import await_true
from tests.support.postgresql_server import PASSWORD, PostgreSQLServer
from tests.support.served import PROJECT, Served

pytestmark = [pytest.mark.proof, pytest.mark.slow]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgreSQLServer]:
    with PostgreSQLServer() as server:
        yield server


def manage(url: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "manage.py", *arguments]
    environment = {**os.environ, "DATABASE_URL": url}
    return subprocess.Popen(  # noqa: S603  A command of our own.
        command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def outcome(process: subprocess.Popen[str]) -> tuple[int, str]:
    output, _ = process.communicate(timeout=120)
    return process.returncode, output


def test_two_migrates_at_once_both_succeed(server):
    server.sql("CREATE DATABASE twice OWNER portal")
    both = [outcome(process) for process in [manage(server.url("twice"), "migrate") for _ in range(2)]]
    assert [status for status, _ in both] == [0, 0], both
    assert sum("Applying accounts.0001_initial... OK" in output for _, output in both) == 1
    assert sum("No migrations to apply" in output for _, output in both) == 1
    assert any("Another migrate is changing this database. Waiting for it" in output for _, output in both)


@pytest.mark.parametrize(
    "command", [("check", "--database", "default"), ("migrate",), ("tidy",), ("deliver",)]
)
@pytest.mark.parametrize("fault", ["password", "port", "host", "name"])
def test_a_command_that_cannot_reach_the_database_says_so_in_a_sentence(server, command, fault):
    url = {
        "password": server.url(password="wrong/word"),
        "port": server.url().replace(str(server.port), "9"),
        "host": server.url().replace("127.0.0.1", "database.invalid"),
        "name": server.url("nowhere"),
    }[fault]
    status, output = outcome(manage(url, *command))
    assert status != 0 and "The database cannot be used: " in output
    assert "Traceback" not in output and PASSWORD not in output and "wrong" not in output
    assert len(output.splitlines()) < 10, output


@pytest.mark.parametrize("options", ["", "?pool=true&pool_max_size=8&pool_timeout=3"])
def test_a_restart_of_the_server_costs_no_request_after_it(server, tmp_path, options):
    name = "pooled" if options else "restarted"
    server.sql(f"CREATE DATABASE {name} OWNER portal")
    url = server.url(name) + options
    with Served(tmp_path, people=1, DATABASE_URL=url) as portal:
        (person,) = portal.people
        touched = tmp_path / "deliver"
        deliver = manage(url, "deliver", "--forever", "--interval", "0.2", "--touch", str(touched))
        try:
            assert await_true(touched.exists), "It has begun its rounds."
            # So many that each thread has a connection.
            assert {portal.ask("/outgoing/", person).status for _ in range(40)} == {200}
            server.stop()
            down = portal.ask("/outgoing/", person)
            assert down.status == 503 and "This service isn’t available right now" in down.text
            server.start()
            assert await_true(lambda: portal.ask("/outgoing/", person).status == 200)
            assert {portal.ask("/outgoing/", person).status for _ in range(40)} == {200}
            server.stop(signal.SIGQUIT)
            server.start()
            assert await_true(lambda: portal.ask("/outgoing/", person).status == 200)
            assert deliver.poll() is None, outcome(deliver)
        finally:
            deliver.send_signal(signal.SIGTERM)
            status, output = outcome(deliver)
    assert status == 0, output
