"""Tells a program that runs for days that it is to end."""

from queue import Empty, SimpleQueue


class Stop:
    """As an Event of `threading`, but a signal's handler may set it.

    An Event has a lock, which `wait` holds at its beginning and its end. A handler runs in the midst of what the main
    thread does: if that is these moments, `set` waits for the lock, and so for its own thread, for ever. A SimpleQueue
    can be interrupted, as Python's reference says. Thread-safe.
    """

    def __init__(self) -> None:
        self._is_set = False
        # Holds an item once it is set, which each thread that waits takes and puts back.
        self._told: SimpleQueue[None] = SimpleQueue()

    def is_set(self) -> bool:
        return self._is_set

    def set(self) -> None:
        self._is_set = True
        self._told.put(None)

    def wait(self, seconds: float) -> bool:
        """Wait until it is set, for so long at most. Whether it is."""
        try:
            self._told.get(timeout=seconds)
        except Empty:
            return self._is_set
        self._told.put(None)
        return True
