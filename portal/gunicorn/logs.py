"""Gunicorn's own lines: JSON like the portal's, from its first one on.

They tell of workers that could not start, were killed or do not answer any more. Most are of the arbiter, the process
that starts the workers, or from before a worker has set up Django.
"""

import logging
import os
import sys
from typing import Any

from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger

from portal import logs


class ArbiterFormatter(logs.Formatter):
    """Keeps the values in lines of the arbiter: process ids, signals, the addresses it listens at.

    It never sees a request. Workers inherit the formatter until Django has configured their logging; its lines there
    are those of any other library. At level DEBUG the arbiter writes the whole configuration.
    """

    def __init__(self) -> None:
        super().__init__()
        self._arbiter = os.getpid()

    def text(self, record: logging.LogRecord) -> str:
        is_of_arbiter = record.process == self._arbiter and record.levelno > logging.DEBUG
        return logs.own_text(record) if is_of_arbiter else super().text(record)


class JsonLogger(Logger):  # type: ignore[misc]  # Gunicorn has no types.
    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(ArbiterFormatter())

    def access(self, *_args: object) -> None:
        """Nothing, whatever the options say: addresses of pages hold references. The portal logs them."""


def exit_with_one_line(worker: Any) -> None:
    """Let a worker that cannot start the portal end with one line. Gunicorn would print the error's text as well."""
    load = worker.load_wsgi

    def load_or_exit() -> None:
        try:
            load()
        except Exception:  # Whatever it is, the portal cannot be served.
            worker.log.exception("The portal cannot start")
            sys.exit(Arbiter.WORKER_BOOT_ERROR)

    worker.load_wsgi = load_or_exit
