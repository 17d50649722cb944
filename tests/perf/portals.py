"""Portals for measurements, as the documentation starts them: gunicorn with the portal's own configuration."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests.cluster.program import Program
from tests.perf import cpu_time, letters
from tests.perf.visitor import Visitor
from tests.support import postgresql
from tests.support.proxy import free_port
from tests.support.redis import RedisServer
from tests.support.sandbox import PROJECT, Sandbox


@dataclass(frozen=True)
class Filling:
    """What is in the database: see `tests.perf.filling`."""

    boxes: Mapping[str, int]
    consumers: int = 10
    log: int = 0


@dataclass(frozen=True)
class Portal:
    """A running portal. `sessions` are its people's and the collector's."""

    port: int
    pid: int
    sessions: Mapping[str, str]
    visitors: list[Visitor] = field(default_factory=list)

    @property
    def workers(self) -> list[int]:
        """The process ids of gunicorn's workers."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [int(child) for child in children.split()]

    def visitor(self, person: str | None = None) -> Visitor:
        """The browser of one of the people, or of somebody who has not signed in."""
        visitor = Visitor(self.port, {"sessionid": self.sessions[person]} if person else {})
        self.visitors.append(visitor)
        return visitor

    def measured(self, person: str) -> Visitor:
        """The browser of one of the people, whose worker has seen the collector's list."""
        visitor = self.visitor(letters.COLLECTOR)
        visitor.get(f"/inbox/{letters.slug_of(letters.COLLECTOR, 0)}/")
        visitor.cookies = {"sessionid": self.sessions[person]}
        return visitor

    def cost_of(self, ask: Callable[[], object], requests: int) -> float:
        """The processor seconds of one request: of gunicorn, its workers, and the processes that sanitise letters."""
        before = cpu_time.seconds(self.pid)
        for _ in range(requests):
            ask()
        return (cpu_time.seconds(self.pid) - before) / requests


@dataclass(frozen=True)
class Stores:
    """Where portals keep what they know. `environment` is that of one portal, by its name."""

    name: str
    workers: int
    environment: Callable[[str], Mapping[str, str]]
    postgresql: Any = None


@contextmanager
def all_stores() -> Iterator[list[Stores]]:
    """SQLite with one worker and, where there is a Redis, PostgreSQL and Redis with two."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name, ExitStack() as ended:
        stores = [_sqlite(Path(name))]
        if shutil.which("redis-server"):
            stores.append(_postgresql_and_redis(Path(name), ended))
        yield stores


def _sqlite(folder: Path) -> Stores:
    def environment(portal: str) -> Mapping[str, str]:
        return {"DATABASE_URL": f"sqlite:///{folder / portal}.sqlite3", "CACHE_URL": "locmemcache://"}

    return Stores("SQLite, 1 worker", 1, environment)


def _postgresql_and_redis(folder: Path, ended: ExitStack) -> Stores:
    server = postgresql.start(folder)
    ended.callback(server.cleanup)
    redis = ended.enter_context(RedisServer(folder))

    def environment(portal: str) -> Mapping[str, str]:
        server.psql(f'CREATE DATABASE "{portal}";')
        cache = f"{redis.url}?key_prefix={portal}"
        return {"DATABASE_URL": server.get_uri(database=portal), "CACHE_URL": cache}

    return Stores("PostgreSQL and Redis, 2 workers", 2, environment, server)


@contextmanager
def running(
    stores: Stores, name: str, sandbox: Sandbox, filling: Filling, settings: str = "tests.perf.settings"
) -> Iterator[Portal]:
    letters.deliver(sandbox, letters.COLLECTOR, letters.COLLECTED)
    boxes = {**filling.boxes, letters.COLLECTOR: len(letters.COLLECTED)}
    with tempfile.TemporaryDirectory(prefix="portal-") as folder:
        environment = _environment(stores, name, sandbox, settings)
        sessions = json.loads(
            _python(environment, "-m", "tests.perf.filling", json.dumps({**vars(filling), "boxes": boxes}))
        )
        port = free_port()
        options = ["--config", "python:portal.gunicorn.config", "--bind", f"127.0.0.1:{port}"]
        command = [sys.executable, "-m", "gunicorn", *options, "portal.wsgi"]
        program = Program(command, environment, Path(folder) / "portal.log", lambda: _answers(port))
        try:
            program.start()
            portal = Portal(port, program.pid, sessions)
            yield portal
            for visitor in portal.visitors:
                visitor.close()  # Otherwise gunicorn would wait for them.
        finally:
            program.stop()


def _environment(stores: Stores, name: str, sandbox: Sandbox, settings: str) -> Mapping[str, str]:
    """That of this process, in which `tests.support.plugin` has set what all portals of tests have in common."""
    caller = {name: value for name, value in os.environ.items() if name != "GUNICORN_CMD_ARGS"}
    upstream = {"SECUREMAIL_API_URL": sandbox.url, "SECUREMAIL_API_KEY": sandbox.api_key}
    own = {"DJANGO_SETTINGS_MODULE": settings, "WEB_CONCURRENCY": str(stores.workers)}
    return caller | stores.environment(name) | upstream | own


def _python(environment: Mapping[str, str], *arguments: str) -> bytes:
    command: Sequence[str] = [sys.executable, *arguments]
    return subprocess.run(command, cwd=PROJECT, env=environment, check=True, stdout=subprocess.PIPE).stdout  # noqa: S603  Ours.


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
