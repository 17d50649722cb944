"""`manage.py sandbox`: a Secure Email API server for demonstrations, development and tests."""

import contextlib
import signal
import sqlite3
from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from pathlib import Path
from textwrap import fill, indent
from types import FrameType
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, DjangoHelpFormatter
from django.db import DatabaseError, connections

from portal.sandbox import canned_agent
from portal.sandbox.dialects.active import active
from portal.sandbox.dialects.table import DIALECTS, parse, spelling
from portal.sandbox.serializers import BASE_PATH
from portal.sandbox.server import DEFAULT_API_KEY, HOST, Server, create_server

MAX_WAIT = 24 * 60 * 60  # Seconds before the canned agent answers.


class HelpFormatter(DjangoHelpFormatter, RawDescriptionHelpFormatter):
    """Django's own, which puts the options of all commands last, but leaves the lines of the dialects alone."""


class Command(BaseCommand):
    help = "Run a Secure Email API server with an agents' desk, on this machine's loopback address only."
    # Some of them open the database: a file in a folder that is made only later.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--port", type=int, default=8001, help="the port; 0 picks a free one (default: 8001)"
        )
        parser.add_argument(
            "--database", type=Path, metavar="PATH", help="the SQLite file (default: var/sandbox.sqlite3)"
        )
        parser.add_argument(
            "--api-key",
            action="append",
            dest="api_keys",
            metavar="KEY",
            help=f"an accepted value of x-api-key; may be repeated (default: {DEFAULT_API_KEY})",
        )
        parser.add_argument(
            "--auto-reply",
            type=seconds,
            nargs="?",
            const=5.0,
            metavar="SECONDS",
            help="answer messages automatically after this many seconds (5 if you give none)",
        )
        parser.add_argument(
            "--dialect",
            type=dialect,
            action="append",
            default=[],
            dest="dialects",
            metavar="NAME[=VALUE]",
            help="do something differently, as another API may; may be repeated; the names are below",
        )
        parser.formatter_class = HelpFormatter
        parser.epilog = help_on_dialects()

    def handle(
        self,
        *,
        port: int,
        database: Path | None,
        api_keys: list[str] | None,
        auto_reply: float | None,
        dialects: list[tuple[str, Any]],
        **_options: object,
    ) -> None:
        api_keys = api_keys or [DEFAULT_API_KEY]
        if not all(api_keys):
            raise CommandError("The API key cannot be empty.")
        active.start_with(dict(dialects))
        signal.signal(signal.SIGINT, stop)
        signal.signal(signal.SIGTERM, stop)
        with contextlib.suppress(KeyboardInterrupt), self._server(port, api_keys) as server:
            prepare_database(database or connections.settings["default"]["NAME"])
            if auto_reply is not None:
                canned_agent.start(auto_reply)
            self._announce(server)
            server.serve_forever()

    def _server(self, port: int, api_keys: list[str]) -> Server:
        try:
            return create_server(port, api_keys)
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


def dialect(text: str) -> tuple[str, Any]:
    try:
        return parse(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error


def help_on_dialects() -> str:
    lines = [
        f"  {spelling(name)}\n{indent(fill(each.changes, 94, break_on_hyphens=False), ' ' * 6)}"
        for name, each in DIALECTS.items()
    ]
    return "\n".join(["dialects:", *lines])


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
