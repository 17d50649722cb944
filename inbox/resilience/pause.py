"""Keeps to the API's `Retry-After`: while it asks not to be called, calls fail at once."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from inbox.resilience.breaker import NotTried
from inbox.securemail import Unavailable

logger = logging.getLogger(__name__)

# Seconds. After them one asks again, whatever the API said: a maintenance page that promises an hour may be wrong.
LONGEST = 300.0


class Pause:
    """How long a securebox may not be called. `name` is for the log. Thread-safe."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._until = 0.0

    @property
    def is_on(self) -> bool:
        return self._until > monotonic()

    @contextmanager
    def keep(self, operation: str) -> Iterator[None]:
        """Begin a pause if the call in the body fails and the API asks for one.

        Raises NotTried during one, with the time that is left as `retry_after`, instead of running the body.
        """
        left = self._until - monotonic()
        if left > 0:
            reason = "not tried, since the API has asked to wait"
            raise NotTried(operation, certainly_not_sent=True, retry_after=left, reason=reason)
        try:
            yield
        except NotTried:
            raise
        except Unavailable as error:
            if error.retry_after:
                self._begin(min(error.retry_after, LONGEST))
            raise

    def _begin(self, seconds: float) -> None:
        # Calls that were under way end one after another; each may be told to wait.
        if self._until <= monotonic():
            logger.warning("%s: no calls for %d s, since the API has asked to wait", self._name, seconds)
        self._until = max(self._until, monotonic() + seconds)
