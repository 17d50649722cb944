"""A portal under load, as it is deployed: gunicorn with threads, and consumers who view its pages."""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from typing import Self
from urllib.request import urlopen

from tests.support.sandbox import PROJECT, Sandbox

THREADS = 32  # As in the command in the README.


class Portal:
    """A portal in a process of its own, with this process's database. It runs until the end of the `with` statement."""

    def __init__(self, sandbox: Sandbox) -> None:
        upstream = {"SECUREMAIL_API_URL": sandbox.url, "SECUREMAIL_API_KEY": sandbox.api_key}
        with closing(socket.create_server(("127.0.0.1", 0))) as listener:
            self.port = listener.getsockname()[1]
            command = [sys.executable, "-m", "gunicorn", "portal.wsgi", "--bind", f"fd://{listener.fileno()}"]
            command += ["--worker-class", "gthread", "--threads", str(THREADS)]
            command += ["--log-level", "error", "--no-control-socket"]
            self._process = subprocess.Popen(  # noqa: S603  A command of our own.
                command,
                cwd=PROJECT,
                env={**os.environ, **upstream, "LOG_LEVEL": "CRITICAL"},
                pass_fds=[listener.fileno()],
            )

    def __enter__(self) -> Self:
        urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=30).close()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()


class Consumers:
    """A thread for each session, which requests the page again and again with a pause of some seconds."""

    def __init__(self, portal: Portal, sessions: Sequence[str], path: str, pause: float) -> None:
        self._address = ("127.0.0.1", portal.port)
        self._path, self._pause = path, pause
        self._pages = 0
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._look, args=[session]) for session in sessions]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def pages_per_second(self, seconds: float) -> float:
        """The number of pages per second that they get during this time."""
        before = self._pages
        time.sleep(seconds)
        return (self._pages - before) / seconds

    def _look(self, session: str) -> None:
        while not self._stopped.wait(self._pause):
            # A new connection for each page: the server closes those that are idle for two seconds.
            with closing(http.client.HTTPConnection(*self._address, timeout=30)) as connection:
                connection.request("GET", self._path, headers={"Cookie": f"sessionid={session}"})
                response = connection.getresponse()
                response.read()
            with self._lock:
                self._pages += response.status == 200
