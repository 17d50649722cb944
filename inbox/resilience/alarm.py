"""Alarms operators once when the API begins to refuse the portal itself, and says once when that is over."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from inbox.securemail import BadAnswer, Misconfigured, SecureMailError, Unavailable

logger = logging.getLogger(__name__)


class Alarm:
    """`name` is for the log; `on_change` is told when the alarm is raised (true) and ends.

    Thread-safe: two threads that fail at the same moment may both write the line.
    """

    def __init__(self, name: str, on_change: Callable[[bool], None] = lambda _: None) -> None:
        self._name = name
        self._on_change = on_change
        self._is_raised = False

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Learn from how the call in the body ends."""
        try:
            yield
        except Misconfigured as error:
            if not self._is_raised:
                logger.error(
                    "%s: the API refuses the portal, until an operator mends that: %s", self._name, error
                )
                self._on_change(True)
            self._is_raised = True
            raise
        except (Unavailable, BadAnswer):
            # It did not come to an answer of the API.
            raise
        except SecureMailError:
            self._end()
            raise
        self._end()

    def _end(self) -> None:
        if self._is_raised:
            logger.warning("%s: the API does not refuse the portal any more", self._name)
            self._on_change(False)
        self._is_raised = False
