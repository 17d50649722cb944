"""Check that the demo's ports are free, before anything starts."""

import errno
import socket
from dataclasses import dataclass

from django.core.management.base import CommandError

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Ports:
    portal: int
    sandbox: int
    site: int


def require_free(ports: Ports) -> None:
    """Raises CommandError with a sentence for each port that cannot be used, and the option to change it."""
    options = {"--port": ports.portal, "--sandbox-port": ports.sandbox, "--site-port": ports.site}
    if len(set(options.values())) < len(options):
        raise CommandError(f"{', '.join(options)} must be different ports.")
    problems = [
        f"{problem} Choose another: make run ARGS='{option} NUMBER'"
        for option, port in options.items()
        if (problem := _problem_with(port))
    ]
    if problems:
        raise CommandError("\n".join(problems))


def _problem_with(port: int) -> str:
    with socket.socket() as probe:
        # As servers do: otherwise, connections that a stopped server has left behind would block the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return f"Port {port} is taken, by another program or by a demo that is running already."
            return f"Port {port} cannot be used: {error.strerror}."
    return ""
