"""The portal as in production, behind the proxy of `deploy/nginx` with TLS, on ports of this machine."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.certificates import Certificate
from tests.support.proxy import Proxy, free_port
from tests.support.sandbox import Sandbox, start_sandbox

PROJECT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


@dataclass(frozen=True)
class Front:
    """Ports on localhost, the certificate, and Alice's session: `cookie` is a whole Cookie header."""

    http: int
    https: int
    certificate: Certificate
    cookie: str
    sandbox: Sandbox
    environment: dict[str, str]

    @property
    def origin(self) -> str:
        return f"https://localhost:{self.https}"


def production(folder: Path, https: int, **more: str) -> dict[str, str]:
    """The environment of a portal in production: nothing of this process's own settings."""
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "ENV_FILE": "",
        "SECRET_KEY": "a-key-of-sixty-characters-for-judges-that-signs-nothing-real",
        "FIELD_ENCRYPTION_KEYS": "a-key-for-tests-that-encrypts-no-mail-here0=",
        "ALLOWED_HOSTS": "localhost,mail.example.com",
        "PORTAL_URL": f"https://localhost:{https}",
        "CSRF_TRUSTED_ORIGINS": f"https://localhost:{https}",
        "DATABASE_URL": f"sqlite:///{folder / 'portal.sqlite3'}",
        "EMAIL_URL": "memorymail://",
        "STATIC_ROOT": str(folder / "static"),
        "SECURE_PROXY_HEADER": "X-Forwarded-Proto",
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": "true",
        "SECURE_HSTS_PRELOAD": "true",
        "TRUSTED_PROXY_COUNT": "1",
        "SECUREMAIL_API_URL": "https://api.example.com/nexus/v3",
        "SECUREMAIL_API_KEY": "a-key-for-judges",
        "CACHE_URL": "redis://localhost:6379/0",
        **more,
    }


@contextmanager
def started(folder: Path) -> Iterator[Front]:
    inner = free_port()
    proxy = Proxy(folder, [inner], requests_per_second=10_000)
    with start_sandbox() as sandbox:
        sandbox.add("alice@example.com", "Your claim", securebox="Claims01", html="<p>All <b>well</b>.</p>")
        environment = production(
            folder,
            proxy.https,
            SECUREMAIL_API_URL=sandbox.url,
            SECUREMAIL_API_KEY=sandbox.api_key,
            CACHE_URL="locmemcache://",
            SILENCED_SYSTEM_CHECKS="portal.E006",  # The upstream is this machine's sandbox.
            LOG_LEVEL="ERROR",
            PORTAL_SIGNUP="open",
            PORTAL_CONTACT="phone=+49 30 1234567; hours=Mon-Fri 8-18; address=1 Main Street; link=https://company.example",
            PORTAL_HELP_URL="https://company.example/help",
            PORTAL_PRIVACY_URL="https://company.example/privacy",
            PORTAL_ACCESSIBILITY_URL="https://company.example/accessibility",
        )
        person = json.loads(_run("tests.judges.people", environment))
        with _process(_gunicorn(inner), environment, folder):
            _wait_for(inner, folder)
            with proxy:
                cookie = f"{person['cookie']}={person['session']}"
                yield Front(proxy.http, proxy.https, proxy.certificate, cookie, sandbox, environment)


def _run(module: str, environment: dict[str, str]) -> bytes:
    command = [sys.executable, "-m", module]
    return subprocess.run(command, cwd=PROJECT, env=environment, check=True, stdout=subprocess.PIPE).stdout  # noqa: S603  Ours.


def _gunicorn(port: int) -> list[str]:
    options = ["--worker-class", "gthread", "--threads", "16", "--no-control-socket"]
    return [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", *options, "portal.wsgi"]


@contextmanager
def _process(command: list[str], environment: dict[str, str], folder: Path) -> Iterator[None]:
    with (folder / "processes.log").open("a") as log:
        process = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=log, stderr=log)  # noqa: S603  Ours.
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _wait_for(port: int, folder: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit(f"Nothing listens on port {port}.\n{(folder / 'processes.log').read_text()[-2000:]}")
