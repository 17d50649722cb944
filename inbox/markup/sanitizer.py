"""Has letters sanitised in another process, which a hostile one may end without any harm to this one."""

import atexit
import contextlib
import logging
import os
import socket
import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore

logger = logging.getLogger(__name__)

_PROCESSES = 2  # At the same time, for each process of the portal.
_LETTERS = 500  # After so many, a process is replaced: what it has once used of memory, it keeps.
_SECONDS = 5.0  # Until an answer is given up: on a busy machine, the limit on CPU time takes long to reach.
_WAIT = 1.0  # Seconds, for a process that is free.
_MAX_ANSWER = 4 * 1024 * 1024  # Bytes. Each link gets attributes, so the markup may grow.
_PROJECT = Path(__file__).resolve().parents[2]


class NotSanitised(Exception):
    """The letter takes too much time or memory. It can be shown as text."""


class _Process:
    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs, contextlib.ExitStack() as unless_started:
            unless_started.callback(ours.close)
            self._process = subprocess.Popen(
                [sys.executable, "-m", "inbox.markup.sanitizer_process"],
                stdin=theirs.fileno(),
                # What is written when memory runs out may hold parts of a letter.
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=_PROJECT,
                # No secrets: the environment of the portal may hold the API key.
                env={"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
            unless_started.pop_all()
        ours.settimeout(_SECONDS)
        self._channel = ours
        self._answers = ours.makefile("rb")
        self.letters = 0

    def sanitise(self, markup: bytes) -> bytes:
        """Raises OSError if the process does not answer."""
        self.letters += 1
        self._channel.sendall(len(markup).to_bytes(4) + markup)
        length = int.from_bytes(self._read(4))
        if length > _MAX_ANSWER:
            raise OSError("the answer is too long")
        return self._read(length)

    def is_running(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        self._answers.close()
        self._channel.close()
        self._process.kill()
        self._process.wait()

    def _read(self, length: int) -> bytes:
        data = self._answers.read(length)
        if len(data) < length:
            self._process.kill()  # If it only closed the socket; otherwise its own end counts.
            raise OSError(f"the process ended with {self._process.wait()}")  # Minus the signal.
        return data


class _Pool:
    def __init__(self) -> None:
        self._places = BoundedSemaphore(_PROCESSES)
        self._idle: list[_Process] = []

    def sanitise(self, markup: bytes) -> bytes:
        if not self._places.acquire(timeout=_WAIT):
            raise OSError("all processes are busy")
        try:
            process = self._running()
            try:
                answer = process.sanitise(markup)
            except BaseException:
                process.end()
                raise
            if process.letters < _LETTERS:
                self._idle.append(process)
            else:
                process.end()
            return answer
        finally:
            self._places.release()

    def end(self) -> None:
        """End the idle processes."""
        while self._idle:
            self._idle.pop().end()

    def _running(self) -> _Process:
        """An idle process, or a new one. One may have been ended from outside while it was idle."""
        while self._idle:
            process = self._idle.pop()
            if process.is_running():
                return process
            process.end()
        return _Process()


_pool = _Pool()


def _forget() -> None:
    """A forked process must not talk to its parent's processes: each would read the other's answers."""
    global _pool
    _pool = _Pool()


os.register_at_fork(after_in_child=_forget)
atexit.register(lambda: _pool.end())


def sanitised(markup: str) -> str:
    """The markup without anything that runs, loads or covers. Raises NotSanitised."""
    try:
        return _pool.sanitise(markup.encode("utf-8", "replace")).decode()
    except OSError as error:
        logger.warning("a message is shown as text: its HTML could not be sanitised (%s)", str(error))
        raise NotSanitised from error
