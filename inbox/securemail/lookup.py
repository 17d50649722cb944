"""Finding values in the API's JSON, however it spells its keys."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

Path = tuple[str, bool]
"""A path into a JSON object, and whether it stands for its exact spelling alone. A dot leads into an object."""


def fold(key: str) -> str:
    """What all spellings of a key have in common: `sent_date`, `sentDate` and `SentDate` are one key.

    `_id` is not `id`: databases use it for a key of their own.
    """
    return key[:1].lower() + key[1:].replace("_", "").replace("-", "").lower()


# Of the keys that are looked for, not of those that the API sends: of these there is no end.
_folded = lru_cache(maxsize=1_000)(fold)


class Keys:
    """A JSON object, in which keys are found in any spelling. The exact one comes first."""

    def __init__(self, raw: Mapping[str, object]) -> None:
        self._raw = raw
        # By the identity of an object in `raw`. Without it, each look would go through all keys again.
        self._spellings: dict[int, dict[str, str]] = {}

    def find(self, path: str, *, exact: bool = False) -> tuple[str, object]:
        """The path as the API spells it, and the value there, or None. A dot leads into an object: `content.text`."""
        if path in self._raw:
            return path, self._raw[path]
        if "." not in path:
            key = self._spelling(self._raw, path, exact)
            return (path, None) if key is None else (key, self._raw[key])
        value: object = self._raw
        spelled = []
        for part in path.split("."):
            key = self._spelling(value, part, exact)
            if key is None or not isinstance(value, dict):
                return path, None
            spelled.append(key)
            value = value[key]
        return ".".join(spelled), value

    def leading(self, paths: Iterable[Path]) -> list[Path]:
        """Those of these paths that `find` has to try, in this order, in any object with these keys."""
        found: dict[Path, None] = {}
        for path, exact in paths:
            first, dot, _rest = path.partition(".")
            key = path if path in self._raw else self._spelling(self._raw, first, exact)
            if key is not None:
                found[(path, exact) if dot and key != path else (key, True)] = None
        return list(found)

    def _spelling(self, value: object, key: str, exact: bool) -> str | None:
        if not isinstance(value, dict):
            return None
        if exact or key in value:
            return key if key in value else None
        if id(value) not in self._spellings:
            found: dict[str, str] = {}
            for each in value:
                found.setdefault(fold(each), each)
            self._spellings[id(value)] = found
        return self._spellings[id(value)].get(_folded(key))
