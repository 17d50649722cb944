"""The demo's child processes: none of them outlives the demo, and the demo outlives none of them."""

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

from portal.demo.data_folder import PROJECT

STOP_SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
STOP_SECONDS = 5.0
POLL_SECONDS = 0.1

_PR_SET_PDEATHSIG = 1  # From linux/prctl.h: the signal that the system sends when the parent has died.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def stop_on_signals() -> None:
    """The first signal to stop becomes a KeyboardInterrupt; the next ones change nothing."""
    sys.unraisablehook = _interrupt_again
    signal.signal(signal.SIGALRM, _interrupt)
    for number in STOP_SIGNALS:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # As nohup has asked for.
            signal.signal(number, _interrupt)


def _interrupt_again(unraisable: "sys.UnraisableHookArgs") -> None:
    """Python drops a KeyboardInterrupt that meets a destructor; a moment later it will meet something else."""
    if issubclass(unraisable.exc_type, KeyboardInterrupt):
        signal.setitimer(signal.ITIMER_REAL, POLL_SECONDS)
    else:
        sys.__unraisablehook__(unraisable)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


class Children:
    """Processes that are stopped at the end of the `with` statement. Their errors go to the terminal."""

    def __init__(self) -> None:
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        with _signals_held_back():
            self._stop()

    def start(
        self, name: str, arguments: list[str], variables: dict[str, str], *, quiet: bool = False
    ) -> None:
        """Starts this Python with these arguments and environment variables; `quiet` drops what it prints."""
        # An interruption between the start of a child and its being known would leave it behind.
        with _signals_held_back() as before:
            self._running[name] = subprocess.Popen(  # noqa: S603  This Python, and arguments of our own.
                [sys.executable, *arguments],
                cwd=PROJECT,
                env=_environment() | variables,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL if quiet else None,
                # A session of its own: Ctrl-C reaches the demo alone, which then stops each child in turn.
                start_new_session=True,
                preexec_fn=partial(_first_in_child, os.getpid(), before),
            )

    def require_all(self) -> None:
        """Raises CommandError where one has ended."""
        for name, process in self._running.items():
            if process.poll() is not None:
                manner = _manner_of_death(process.returncode)
                raise CommandError(f"The {name} has stopped ({manner}). What it said of that is above.")

    def watch(self) -> None:
        """Waits until one ends, which is a CommandError."""
        while True:
            self.require_all()
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
def _signals_held_back() -> Iterator[Iterable[int]]:
    """A signal to stop waits until the end of the `with` statement. Yields what was held back before."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    try:
        yield before
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _first_in_child(parent: int, held_back: Iterable[int]) -> None:
    signal.pthread_sigmask(signal.SIG_SETMASK, held_back)
    if _libc:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # It died before the system was asked to tell.
        os._exit(1)


def _environment() -> dict[str, str]:
    """The caller's, without what would reconfigure the server."""
    return {name: value for name, value in os.environ.items() if name != "GUNICORN_CMD_ARGS"}


def _manner_of_death(status: int) -> str:
    return f"exit status {status}" if status >= 0 else f"by {signal.Signals(-status).name}"
