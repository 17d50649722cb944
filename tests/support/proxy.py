"""Nginx in front of portals, with the very site of `deploy/nginx`, on ports of this machine."""

import os
import re
import signal
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from tests.support import programs
from tests.support.certificates import self_signed
from tests.support.patience import await_true

FOLDER = Path(__file__).resolve().parents[2] / "deploy/nginx"
SITE = FOLDER / "portal.conf"
_MAIN = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; {user}
events {{}}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""
_INSTANCES = re.compile(r"(?:    server 127\.0\.0\.1:\d+ (.+);\n)+")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class Proxy:
    """`instances` are the ports of the portals. It is at `http` and `https` on localhost, with `certificate`."""

    def __init__(self, folder: Path, instances: Sequence[int], *, requests_per_second: int = 20) -> None:
        self.http, self.https = free_port(), free_port()
        self.certificate = self_signed(folder, "localhost")
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "site.conf").write_text(self._site(instances, requests_per_second))
        # Otherwise its workers belong to another user, who may not look into the folders of tests.
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(_MAIN.format(folder=folder, user=user))

    @property
    def origin(self) -> str:
        return f"https://localhost:{self.https}"

    @property
    def command(self) -> list[str]:
        folder = self._folder
        options = ["-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "nginx.log")]
        return [programs.find("nginx"), *options]

    @property
    def access_log(self) -> Path:
        return self._folder / "portal.log"

    def log(self) -> str:
        return (self._folder / "nginx.log").read_text()

    def start(self) -> None:
        self._process = process = subprocess.Popen(self.command, stderr=subprocess.DEVNULL)  # noqa: S603  Our own.
        assert await_true(lambda: self._listens() or process.poll() is not None)
        assert process.poll() is None, self.log()

    def stop(self) -> None:
        """Let it finish what is under way."""
        if self._process:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(60)
            self._process = None

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.https), timeout=1).close()
        except OSError:
            return False
        return True

    def _site(self, instances: Sequence[int], requests_per_second: int) -> str:
        """The site, with this machine's ports, name, certificate and folders."""
        changes = {
            "listen 80;": f"listen 127.0.0.1:{self.http};",
            "listen 443 ssl": f"listen 127.0.0.1:{self.https} ssl",
            "https://mail.example.com$request_uri": f"{self.origin}$request_uri",
            "server_name mail.example.com;": "server_name localhost;",
            "/etc/ssl/portal/fullchain.pem": self.certificate.chain,
            "/etc/ssl/portal/key.pem": self.certificate.key,
            "/var/log/nginx": str(self._folder),
            "root /etc/nginx/portal;": f"root {FOLDER};",
            "rate=20r/s": f"rate={requests_per_second}r/s",
        }
        text = SITE.read_text()
        for before, after in changes.items():
            assert before in text, f"The site no longer has {before}"
            text = text.replace(before, after)
        text, found = _INSTANCES.subn(
            lambda lines: "".join(f"    server 127.0.0.1:{port} {lines[1]};\n" for port in instances), text
        )
        assert found == 1, "The site no longer has its instances"
        return text

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
