"""A program of the portal in a process of its own. It can be stopped, killed and started again."""

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from tests.support.patience import await_true
from tests.support.sandbox import PROJECT


class Program:
    """`is_ready` says whether it has started. What it prints is added to `log`."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        log: Path,
        is_ready: Callable[[], object],
        folder: Path = PROJECT,
    ) -> None:
        self._command, self._environment, self._folder = command, environment, folder
        self._log, self._is_ready = log, is_ready
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    @property
    def worker(self) -> int:
        """The process id of gunicorn's one worker."""
        (child,) = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return int(child)

    def launch(self) -> None:
        """Start it unless it runs, and do not wait."""
        if self._process:
            return
        with self._log.open("a") as log:
            self._process = subprocess.Popen(  # noqa: S603  A command of our own.
                self._command,
                cwd=self._folder,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def await_ready(self) -> None:
        assert await_true(self._is_ready), self._log.read_text()[-4000:]

    def start(self) -> None:
        self.launch()
        self.await_ready()

    def stop(self) -> None:
        """Let it finish what it is doing."""
        if self._process:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(60)
            self._process = None

    def kill(self) -> None:
        """As a machine that loses its power: its worker processes too."""
        assert self._process
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        # A worker accepts connections until the system has taken it down, some moments after gunicorn itself.
        assert await_true(lambda: not is_alive(group=self.pid))
        self._process = None


def is_alive(group: int) -> bool:
    """Whether a process of this group still has its files and sockets open."""
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            state, _parent, process_group, *_ = file.read_text().rpartition(")")[2].split()
            if int(process_group) == group and state not in "ZX":
                return True
    return False
