"""A process that does nothing but run nh3, with little memory and little time: a letter can harm no more than it.

`inbox.markup.sanitizer` starts it, and talks to it through the socket that is its standard input: each request and each
answer is UTF-8, after its length in four bytes.
"""

import contextlib
import resource
import signal
import socket
import sys
from pathlib import Path

from inbox.markup.cleaning import cleaned

CPU_SECONDS = 0.3  # For one letter; the largest normal one needs a tenth of it.
MEMORY = 48 * 1024 * 1024  # Bytes, beyond what the process needs when it starts.


def serve(channel: socket.socket) -> None:
    """Answer until the other end is closed."""
    with channel.makefile("rwb") as stream:
        while length := stream.read(4):
            markup = stream.read(int.from_bytes(length)).decode()
            # When the time is over, the signal ends the process, whatever it does.
            signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
            answer = cleaned(markup).encode()
            signal.setitimer(signal.ITIMER_PROF, 0)
            stream.write(len(answer).to_bytes(4) + answer)
            stream.flush()


def limit_memory() -> None:
    """Systems other than Linux do not say how large a process is, or do not enforce the limit: they have none."""
    if sys.platform == "linux":
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # No letter in a core dump.


if __name__ == "__main__":
    limit_memory()
    serve(socket.socket(fileno=0))
