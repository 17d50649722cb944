"""A portal in processes of its own, as a company runs it, seen by consumers through HTTP."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Self
from urllib.parse import urlencode

PROJECT = Path(__file__).resolve().parents[2]
ANSWER_SECONDS = 120.0
TOKEN = "a" * 32  # Cookie and form agree on it: that is all that the check asks for.


@dataclass(frozen=True)
class Answer:
    """A response, and the seconds that it took."""

    status: int
    location: str
    text: str
    seconds: float


@dataclass(frozen=True)
class Person:
    """A signed-in consumer: see `tests.perf.people`."""

    number: int
    session: str
    reference: str


class Served:
    """A portal behind gunicorn, with one worker and so many people; end it with `stop` or a `with` statement.

    `environment` are its settings. What it keeps, it keeps in `folder`.
    """

    def __init__(self, folder: Path, people: int, **environment: str) -> None:
        caller = {name: value for name, value in os.environ.items() if name != "GUNICORN_CMD_ARGS"}
        database = f"sqlite:///{folder / 'portal.sqlite3'}"
        self._environment = caller | {"DATABASE_URL": database} | environment
        self.people = [Person(**person) for person in json.loads(self._made(people))]
        self._log = folder / "portal.log"
        with socket.create_server(("127.0.0.1", 0)) as listener, self._log.open("w") as log:
            self.port = listener.getsockname()[1]
            # Gunicorn takes over the listening socket, so that no other process can take the port in between.
            command = [sys.executable, "-m", "gunicorn", "--config", "python:portal.gunicorn.config"]
            command += [
                "--bind",
                f"fd://{listener.fileno()}",
                "--worker-class",
                "gthread",
                "--workers",
                "1",
                "--threads",
                "8",
            ]
            command += ["--graceful-timeout", "2", "--no-control-socket", "portal.wsgi"]
            self.process = subprocess.Popen(  # noqa: S603  A command of our own.
                command,
                cwd=PROJECT,
                env=self._environment,
                stdout=log,
                stderr=log,
                pass_fds=[listener.fileno()],
            )
        self._wait()

    def _made(self, people: int) -> bytes:
        command = [sys.executable, "-m", "tests.perf.people", str(people)]
        return subprocess.run(  # noqa: S603  A command of our own.
            command, cwd=PROJECT, env=self._environment, check=True, stdout=subprocess.PIPE
        ).stdout

    def _wait(self) -> None:
        try:
            assert self.ask("/healthz").status == 200, self.log()
        except BaseException:
            self.stop()
            raise

    def log(self) -> str:
        return self._log.read_text()

    @property
    def worker(self) -> int:
        """The process id of the one worker."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        (worker,) = children.split()
        return int(worker)

    @property
    def resident(self) -> int:
        """The worker's resident memory in bytes."""
        pages = Path(f"/proc/{self.worker}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    @property
    def cpu_seconds(self) -> float:
        """The processor time that the worker has used."""
        fields = Path(f"/proc/{self.worker}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def ask(self, path: str, person: Person | None = None, form: dict[str, str] | None = None) -> Answer:
        """A page, or what a form is answered with. Redirects are not followed."""
        cookies = f"sessionid={person.session}; csrftoken={TOKEN}" if person else ""
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode({**form, "csrfmiddlewaretoken": TOKEN}) if form is not None else None
        connection = HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        started = time.monotonic()
        try:
            connection.request("GET" if body is None else "POST", path, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        location = response.headers.get("Location", "")
        return Answer(response.status, location, text, time.monotonic() - started)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
