"""A demo in a process and a folder of its own, as a user starts it in a terminal."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from http.cookiejar import CookieJar
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, ProxyHandler, build_opener

from tests.support.patience import MINUTE, await_true
from tests.support.session import ANSWER_SECONDS

PROJECT = Path(__file__).resolve().parents[2]
RUNNING = "Ctrl-C stops the demo."

# What the shell of a developer who also works on a real portal may have set.
FOREIGN = {
    "SECUREMAIL_API_URL": "https://real.example/nexus/v3",
    "SECUREMAIL_API_KEY": "the-real-key",
    "DATABASE_URL": "postgres://portal:password@db.real.example/portal",
    "DEBUG": "true",
    "PORTAL_NAME": "The real portal",
    "PORTAL_EMBED_ORIGINS": "https://real.example",
    "DEMO_SITE_PORT": "9",
    "GUNICORN_CMD_ARGS": "--bind 127.0.0.1:1",
    "http_proxy": "http://127.0.0.1:9",
}


# From 32768 on, the system gives ports to any test that asks for a free one. Below, each test process has a range of a
# thousand ports, and starts at a different one.
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 10
_PORTS = cycle(20_000 + 1000 * _WORKER + (os.getpid() + number) % 1000 for number in range(1000))


def free_ports() -> tuple[int, int, int]:
    return free_port(), free_port(), free_port()


def free_port() -> int:
    return next(port for port in _PORTS if not listens(port))


def listens(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


class Demo:
    def __init__(
        self, folder: Path, *options: str, ports: tuple[int, int, int] | None = None, **environment: str
    ):
        self.ports = self.port, self.sandbox_port, self.site_port = ports or free_ports()
        command = [sys.executable, "manage.py", "demo", "--port", str(self.port)]
        command += ["--sandbox-port", str(self.sandbox_port), "--site-port", str(self.site_port), *options]
        # manage.py would use the settings of the test run.
        caller = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        variables = caller | FOREIGN | {"DEMO_FOLDER": str(folder)} | environment
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self._log = folder, folder / "terminal.txt"
        with self._log.open("w") as log:
            self.process = subprocess.Popen(command, cwd=PROJECT, env=variables, stdout=log, stderr=log)  # noqa: S603  A command of our own.

    def terminal(self) -> str:
        return self._log.read_text()

    def wait_for(self, words: str) -> "Demo":
        # On a busy machine its first start, with all migrations, takes more than a minute. It ends if it fails.
        await_true(lambda: words in self.terminal() or self.process.poll() is not None, minutes=5)
        if words not in self.terminal():
            self.process.kill()
            raise AssertionError(f"The terminal never showed {words!r}, but: {self.terminal()}")
        return self

    def end(self, with_signal: int = signal.SIGINT) -> int:
        """Send the signal, if the demo still runs, and return the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(with_signal)
        try:
            return self.process.wait(2 * MINUTE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def is_gone(self) -> bool:
        return not any(map(listens, self.ports))

    def sandbox(self, path: str) -> dict[str, Any]:
        address = f"http://127.0.0.1:{self.sandbox_port}{path}"
        with browser().open(address, timeout=ANSWER_SECONDS) as answer:
            return json.load(answer)

    def messages(self) -> list[dict[str, Any]]:
        return self.sandbox("/control/messages")["messages"]

    def page(self, path: str, client: OpenerDirector | None = None) -> str:
        address = f"http://127.0.0.1:{self.port}{path}"
        with (client or browser()).open(address, timeout=ANSWER_SECONDS) as answer:
            return answer.read().decode()

    def sign_in(self, login: str, password: str) -> OpenerDirector:
        client = browser()
        self.post("/accounts/login/", client, login=login, password=password)
        return client

    def post(self, path: str, client: OpenerDirector, **form: str) -> None:
        """Post the form on this page."""
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', self.page(path, client))
        assert token
        form["csrfmiddlewaretoken"] = token[1]
        address = f"http://127.0.0.1:{self.port}{path}"
        client.open(address, urlencode(form).encode(), timeout=ANSWER_SECONDS).close()


def browser() -> OpenerDirector:
    return build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))
