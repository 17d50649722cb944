"""`manage.py sandbox`: a Secure Email API server for demonstrations, development and tests."""

import contextlib
import signal
import sqlite3
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from types import FrameType

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections

from portal.sandbox import canned_agent
from portal.sandbox.serializers import BASE_PATH
from portal.sandbox.server import DEFAULT_API_KEY, HOST, Server, create_server

MAX_WAIT = 24 * 60 * 60  # Seconds before the canned agent answers.


class Command(BaseCommand):
    help = "Run a Secure Email API server with an agents' desk, on this machine's loopback address only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--port", type=int, default=8001, help="the port; 0 picks a free one (default: 8001)"
        )
        parser.add_argument(
            "--database", type=Path, metavar="PATH", help="the SQLite file (default: var/sandbox.sqlite3)"
        )
        parser.add_argument(
            "--api-key",
            default=DEFAULT_API_KEY,
            metavar="KEY",
            help="the accepted value of x-api-key (default: %(default)s)",
        )
        parser.add_argument(
            "--auto-reply",
            type=seconds,
            nargs="?",
            const=5.0,
            metavar="SECONDS",
            help="answer messages automatically after this many seconds (5 if you give none)",
        )

    def handle(
        self, *, port: int, database: Path | None, api_key: str, auto_reply: float | None, **_options: object
    ) -> None:
        if not api_key:
            raise CommandError("The API key cannot be empty.")
        signal.signal(signal.SIGINT, stop)
        signal.signal(signal.SIGTERM, stop)
        with contextlib.suppress(KeyboardInterrupt), self._server(port, api_key) as server:
            prepare_database(database or connections.settings["default"]["NAME"])
            if auto_reply is not None:
                canned_agent.start(auto_reply)
            self._announce(server)
            server.serve_forever()

    def _server(self, port: int, api_key: str) -> Server:
        try:
            return create_server(port, api_key)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or error
            raise CommandError(f"Cannot listen on {HOST}:{port}: {reason}. Choose another --port.") from error

    def _announce(self, server: Server) -> None:
        root = f"http://{HOST}:{server.server_port}"
        self.stdout.write(f"Secure Email API sandbox on {root}{BASE_PATH}")
        self.stdout.write(f"The agents' desk is at {root}/desk/")
        self.stdout.flush()


def seconds(text: str) -> float:
    value = float(text)
    if not 0 <= value <= MAX_WAIT:
        raise ArgumentTypeError(f"{text} is not between 0 and {MAX_WAIT} seconds")
    return value


def prepare_database(path: Path) -> None:
    """Use the database at this path, and migrate it."""
    # Django's checks may have opened the database that the settings name.
    connections.close_all()
    connections.settings["default"]["NAME"] = path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        call_command("migrate", verbosity=0)
    except (OSError, DatabaseError, sqlite3.DatabaseError) as error:
        raise CommandError(f"Cannot use the database {path}: {error}.") from error
    connections.close_all()


def stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
