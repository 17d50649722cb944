"""The demo's child processes. They end when the demo ends, and the demo ends when one of them does."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from functools import partial
from types import FrameType
from typing import Self

from django.core.management.base import CommandError

from portal import paths

STOP_SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
STOP_SECONDS = 5.0
POLL_SECONDS = 0.1

_PR_SET_PDEATHSIG = 1  # From linux/prctl.h: sets the signal that the child gets when its parent dies.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def stop_on_signals() -> None:
    """Turn the first signal to stop into a KeyboardInterrupt, and ignore those after it."""
    sys.unraisablehook = _interrupt_again
    signal.signal(signal.SIGALRM, _interrupt)
    for number in STOP_SIGNALS:
        # Under nohup, SIGHUP is ignored, and stays so.
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _interrupt)


def _interrupt_again(unraisable: "sys.UnraisableHookArgs") -> None:
    """Interrupt again a moment later if a KeyboardInterrupt was raised in a destructor, where Python drops it."""
    if issubclass(unraisable.exc_type, KeyboardInterrupt):
        signal.setitimer(signal.ITIMER_REAL, POLL_SECONDS)
    else:
        sys.__unraisablehook__(unraisable)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


class Children:
    """Processes that are stopped at the end of the `with` statement. Their stderr goes to the terminal."""

    def __init__(self) -> None:
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        with _signals_blocked():
            self._stop()

    def start(
        self, name: str, arguments: list[str], variables: dict[str, str], *, quiet: bool = False
    ) -> None:
        """Start Python with these arguments and environment variables. `quiet` discards its standard output."""
        # GUNICORN_CMD_ARGS of the caller would change how gunicorn runs.
        environment = {name: value for name, value in os.environ.items() if name != "GUNICORN_CMD_ARGS"}
        # An interrupt between the start of a child and the assignment would leave the child running.
        with _signals_blocked() as before:
            self._running[name] = subprocess.Popen(  # noqa: S603  This Python, and arguments of our own.
                [sys.executable, *arguments],
                cwd=paths.HOME,
                env=environment | variables,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL if quiet else None,
                # A session of its own, so that Ctrl-C reaches only the demo, which then stops each child in turn.
                start_new_session=True,
                preexec_fn=partial(_prepare_child, os.getpid(), before),
            )

    def check_running(self) -> None:
        """Raises CommandError if a child has ended."""
        for name, process in self._running.items():
            if process.poll() is not None:
                status = _describe(process.returncode)
                raise CommandError(f"The {name} has stopped ({status}). Its messages are above.")

    def watch(self) -> None:
        """Wait until a child ends, then raise CommandError."""
        while True:
            self.check_running()
            time.sleep(POLL_SECONDS)

    def _stop(self) -> None:
        for process in self._running.values():
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in self._running.values():
            try:
                process.wait(max(deadline - time.monotonic(), 0))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@contextlib.contextmanager
def _signals_blocked() -> Iterator[Iterable[int]]:
    """Block the signals to stop until the end of the `with` statement. Yields those that were blocked before."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    try:
        yield before
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _prepare_child(parent: int, blocked: Iterable[int]) -> None:
    signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
    if _libc:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # The parent died before prctl was called.
        os._exit(1)


def _describe(status: int) -> str:
    return f"exit status {status}" if status >= 0 else f"by {signal.Signals(-status).name}"
