"""Starts the whole installation on ports of this machine."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import psycopg

from tests.cluster.program import Program
from tests.cluster.visitor import Visitor
from tests.support import postgresql
from tests.support.patience import await_true
from tests.support.proxy import Proxy, free_port
from tests.support.redis import RedisServer
from tests.support.sandbox import PROJECT, Sandbox, start_sandbox

PEOPLE = 8


@dataclass(frozen=True)
class Cluster:
    """`people` are signed-in consumers with two boxes each (`tests.perf.people`); `ports` are the instances'.

    All is started but those that deliver. Mails are files in `mails`.
    """

    postgresql: Any
    redis: RedisServer
    sandbox: Sandbox
    proxy: Proxy
    ports: list[int]
    portals: list[Program]
    deliverers: list[Program]
    people: list[dict[str, Any]]
    mails: Path

    def visitor(self, number: int | None = None) -> Visitor:
        """The browser of one of the people, or of somebody who has not signed in."""
        context = self.proxy.certificate.client_context()
        cookies = {} if number is None else {"__Host-sessionid": self.people[number]["session"]}
        return Visitor(self.proxy.https, context, cookies)

    def address(self, number: int) -> str:
        return f"consumer{number}@example.com"

    def add_message(self, number: int, subject: str) -> str:
        return self.sandbox.add(self.address(number), subject, securebox=f"Boxa{number}")

    def sql(self, statement: str) -> Any:
        """What the statement returns first, or the number of rows that it changed."""
        with psycopg.connect(self.postgresql.get_uri(), autocommit=True) as connection:
            found = connection.execute(statement)  # type: ignore[call-overload]  # Statements of tests alone.
            return found.fetchone()[0] if found.description else found.rowcount

    def deliver(self) -> None:
        """Let both that deliver send all that waits, and end."""
        self.sql("UPDATE inbox_outgoingmessage SET due_at = now() WHERE state = 'queued'")
        for deliverer in self.deliverers:
            deliverer.launch()
        waiting = "SELECT count(*) FROM inbox_outgoingmessage WHERE state IN ('queued', 'sending')"
        assert await_true(lambda: self.sql(waiting) == 0)
        for deliverer in self.deliverers:
            deliverer.stop()

    def subjects(self) -> list[str]:
        """Of all messages upstream that consumers have written."""
        return [each["subject"] for each in self.sandbox.messages() if each["direction"] == "inbound"]


@contextmanager
def running_cluster(folder: Path) -> Iterator[Cluster]:
    database = postgresql.start(folder)
    ports = [free_port(), free_port()]
    proxy = Proxy(folder, ports, requests_per_second=10_000)
    mails = folder / "mails"
    try:
        with RedisServer(folder) as redis, start_sandbox() as sandbox:
            environment = _environment(database.get_uri(), redis, sandbox, proxy, mails)
            people = json.loads(_python(environment, "-m", "tests.perf.people", str(PEOPLE)))
            portals = [_portal(port, environment, folder) for port in ports]
            deliverers = [_deliverer(number, environment, folder) for number in (1, 2)]
            cluster = Cluster(database, redis, sandbox, proxy, ports, portals, deliverers, people, mails)
            yield from _until_the_end(cluster)
    finally:
        database.cleanup()


def _until_the_end(cluster: Cluster) -> Iterator[Cluster]:
    try:
        for portal in cluster.portals:
            portal.launch()
        for portal in cluster.portals:
            portal.await_ready()
        with cluster.proxy:
            yield cluster
    finally:
        for program in (*cluster.portals, *cluster.deliverers):
            program.stop()


def _environment(
    database: str, redis: RedisServer, sandbox: Sandbox, proxy: Proxy, mails: Path
) -> dict[str, str]:
    """As in production, but for the sandbox, and for people who do in a second what takes others a day."""
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "ENV_FILE": "",
        "SECRET_KEY": "a-key-of-sixty-characters-for-two-instances-and-nothing-real",
        "FIELD_ENCRYPTION_KEYS": "a-key-for-tests-that-encrypts-no-mail-here0=",
        "ALLOWED_HOSTS": "localhost,mail.example.com",
        "PORTAL_URL": proxy.origin,
        "CSRF_TRUSTED_ORIGINS": proxy.origin,
        "DATABASE_URL": database,
        "CACHE_URL": redis.url,
        "EMAIL_URL": f"filemail://{mails}",
        "STATIC_ROOT": os.environ["TEST_STATIC_ROOT"],
        "SECURE_PROXY_HEADER": "X-Forwarded-Proto",
        "TRUSTED_PROXY_COUNT": "1",
        "SECUREMAIL_API_URL": sandbox.url,
        "SECUREMAIL_API_KEY": sandbox.api_key,
        "SILENCED_SYSTEM_CHECKS": "portal.E006",
        "PORTAL_SEND_HOURLY": "10000",
        "PORTAL_SEND_DAILY": "100000",
        "PORTAL_SEND_WAITING": "1000",
        "PORTAL_PAGES_PER_MINUTE": "100000",
    }


def _python(environment: dict[str, str], *arguments: str) -> bytes:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=PROJECT, env=environment, check=True, stdout=subprocess.PIPE).stdout  # noqa: S603  Ours.


def _portal(port: int, environment: dict[str, str], folder: Path) -> Program:
    options = ["--config", "python:portal.gunicorn.config", "--bind", f"127.0.0.1:{port}"]
    command = [sys.executable, "-m", "gunicorn", *options, "portal.wsgi"]
    return Program(
        command, environment, folder / f"portal-{port}.log", lambda: answer_of(port, "/healthz") == 200
    )


def _deliverer(number: int, environment: dict[str, str], folder: Path) -> Program:
    alive = folder / f"deliver-{number}.alive"
    command = [
        sys.executable,
        "manage.py",
        "deliver",
        "--forever",
        "--interval",
        "0.2",
        "--touch",
        str(alive),
    ]
    return Program(command, environment, folder / f"deliver-{number}.log", alive.exists)


def answer_of(port: int, path: str) -> int:
    """The status with which a portal answers; 0 if it does not."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()
