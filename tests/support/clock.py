"""Clocks that tests set, so that they and not a busy machine decide what is late."""

import time
from collections.abc import Callable


class Clock:
    """Stands in for `time.monotonic`: seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class HeldClock:
    """Stands in for the module `time`: it stands still until something has happened, and then goes.

    Until then a busy machine may take as long as it needs, even if the deadline that is tested is short. `ahead` are
    seconds that pass at once when it happens: of a long deadline, they leave a short rest.
    """

    def __init__(self, has_happened: Callable[[], object], ahead: float = 0.0) -> None:
        self._has_happened = has_happened
        self._ahead = ahead
        self._went_at = time.monotonic()

    def monotonic(self) -> float:
        now = time.monotonic()
        if not self._has_happened():
            self._went_at = now
            return 0.0
        return now - self._went_at + self._ahead
