"""What gunicorn writes by itself, from its first line on: JSON, with the values that an engineer needs."""

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.support.patience import MINUTE, await_true

pytestmark = pytest.mark.slow

WORD = "aardvark"
COMMAND = [
    sys.executable,
    "-m",
    "gunicorn",
    "--config",
    "python:portal.gunicorn.config",
    "--bind",
    "127.0.0.1:0",
]


def messages(log: Path) -> list[str]:
    """Fails if a line is not JSON, or has no time with a zone."""
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert all(line["asctime"].endswith("+00:00") for line in lines)
    return [line["message"] for line in lines]


def start(log: Path, application: str, *options: str, **environment: str) -> subprocess.Popen[bytes]:
    caller = {name: value for name, value in os.environ.items() if name != "GUNICORN_CMD_ARGS"}
    with log.open("w") as file:
        return subprocess.Popen(  # noqa: S603  A command of our own.
            [*COMMAND, *options, application], env=caller | environment, stdout=file, stderr=file
        )


def test_a_portal_that_cannot_start_says_why_in_json(tmp_path):
    gunicorn = start(tmp_path / "log", "portal.wsgi", SECRET_KEY="")
    assert gunicorn.wait(MINUTE) == 3
    said = messages(tmp_path / "log")
    assert "The portal cannot start" in said and "Reason: Worker failed to boot." in said
    assert any(line.endswith("exited with code 3.") for line in said)
    assert "SECRET_KEY is not set." in (tmp_path / "log").read_text()


def test_a_worker_that_does_not_answer_and_is_killed_is_told_with_its_number(tmp_path):
    log = tmp_path / "log"
    gunicorn = start(log, "wsgiref.simple_server:demo_app", "--timeout", "1", "--access-logfile", "-")
    try:
        assert await_true(lambda: found(log, r"Booting worker with pid: (\d+)"))
        worker, address = (
            found(log, r"Booting worker with pid: (\d+)"),
            found(log, r"Listening at: http://(\S+)"),
        )
        # Until a worker has begun to serve, gunicorn does not look whether it answers.
        assert b"Hello" in asked(address, f"/{WORD}/?{WORD}")
        os.kill(int(worker), signal.SIGSTOP)
        assert await_true(lambda: f"WORKER TIMEOUT (pid:{worker})" in messages(log))
        killed = f"Worker (pid:{worker}) was sent SIGKILL! Perhaps out of memory?"
        assert await_true(lambda: killed in messages(log))
    finally:
        gunicorn.terminate()
        gunicorn.wait(MINUTE)
    assert "Handling signal: term" in messages(log) and WORD not in log.read_text()


def found(log: Path, pattern: str) -> str:
    return next((match[1] for line in messages(log) if (match := re.search(pattern, line))), "")


def asked(address: str, path: str) -> bytes:
    with closing(HTTPConnection(address, timeout=MINUTE)) as connection:
        connection.request("GET", path)
        return connection.getresponse().read()
