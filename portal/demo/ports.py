"""Says before anything starts whether the demo can have its ports."""

import errno
import socket

from django.core.management.base import CommandError

HOST = "127.0.0.1"


def require_free(options: dict[str, int]) -> None:
    """Raises CommandError with a sentence for each of these ports that cannot be had, by the option it came from."""
    if len(set(options.values())) < len(options):
        raise CommandError(f"{' and '.join(options)} must be two different ports.")
    problems = [
        f"{problem} Choose another: make run ARGS='{option} NUMBER'"
        for option, port in options.items()
        if (problem := _problem_with(port))
    ]
    if problems:
        raise CommandError("\n".join(problems))


def _problem_with(port: int) -> str:
    with socket.socket() as probe:
        # As servers do: connections that a stopped server has left behind are no reason to refuse.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return f"Port {port} is taken, by another program or by a demo that is running already."
            return f"Port {port} cannot be used: {error.strerror}."
    return ""
