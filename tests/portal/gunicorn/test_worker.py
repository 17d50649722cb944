import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection

import pytest

from tests.support.patience import MINUTE, await_true
from tests.support.proxy import free_port
from tests.support.sandbox import PROJECT

pytestmark = pytest.mark.slow


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def server(port, tmp_path) -> Iterator[subprocess.Popen[bytes]]:
    options = ["--config", "python:portal.gunicorn.config", "--bind", f"127.0.0.1:{port}"]
    command = [sys.executable, "-m", "gunicorn", *options, "tests.portal.gunicorn.slow_app"]
    environment = {**os.environ, "RELEASED": str(tmp_path / "released")}
    process = subprocess.Popen(command, cwd=PROJECT, env=environment, stderr=subprocess.DEVNULL)  # noqa: S603  Ours.
    try:
        assert await_true(lambda: listens(port))
        yield process
    finally:
        process.kill()
        process.wait()


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=MINUTE).close()
    except (ConnectionRefusedError, ConnectionResetError):  # Reset: the server stopped listening in between.
        return False
    return True


def ask(port: int) -> bytes:
    with closing(HTTPConnection("127.0.0.1", port, timeout=MINUTE)) as connection:
        connection.request("POST", "/", "a form")
        return connection.getresponse().read()


def test_an_instance_that_ends_answers_what_it_began_and_refuses_the_rest_at_once(server, port, tmp_path):
    """A form that is taken in and then dropped is an error for its sender, since no proxy may repeat it."""
    with ThreadPoolExecutor() as clients:
        begun = clients.submit(ask, port)
        assert await_true((tmp_path / "released.asked").exists)
        server.send_signal(signal.SIGTERM)
        assert await_true(lambda: not listens(port))
        (tmp_path / "released").touch()
        assert begun.result() == b"done"
    assert server.wait(MINUTE) == 0
