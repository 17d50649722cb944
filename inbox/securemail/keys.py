"""Several keys for one API, so that one can take another's place while calls are made."""

import logging
from collections.abc import Callable
from time import monotonic
from typing import TypeVar

from inbox.securemail.errors import Unauthorised

logger = logging.getLogger(__name__)

T = TypeVar("T")

PAUSE = 300  # Seconds for which a refused key comes after the others.


class KeyRing:
    """Keys in the order in which they are tried: the newest first, and those that were refused of late last.

    What was refused belongs to this process. Thread-safe: at worst, two threads find out the same thing.
    """

    def __init__(self, keys: tuple[str, ...]) -> None:
        self._keys = keys
        self._refused_at: dict[str, float] = {}

    def call(self, call: Callable[[str], T]) -> T:
        """Return or raise what `call` does with the first key that the API accepts, or else with the last.

        Safe for a send too: a call whose key was certainly refused has had no effect.
        """
        refused: list[str] = []
        *others, last = sorted(self._keys, key=self._is_refused)
        for key in others:
            try:
                return self._call_with(key, call, refused)
            except Unauthorised as error:
                if not error.certainly_not_sent:
                    raise
                refused.append(key)
        return self._call_with(last, call, refused)

    def _call_with(self, key: str, call: Callable[[str], T], refused: list[str]) -> T:
        """If the API takes this key, those before were refused as such; if not, it may be something in the call."""
        try:
            return call(key)
        except Unauthorised:
            refused = []
            raise
        finally:
            self._note(refused)

    def _is_refused(self, key: str) -> bool:
        refused_at = self._refused_at.get(key)
        return refused_at is not None and monotonic() < refused_at + PAUSE

    def _note(self, refused: list[str]) -> None:
        for key in refused:
            self._refused_at[key] = monotonic()
            number, total = self._keys.index(key) + 1, len(self._keys)
            logger.warning("the API refuses key %d of %d, and takes another one", number, total)
