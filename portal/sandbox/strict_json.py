"""JSON as its standard has it, in and out."""

import json
from typing import Any

MAX_DEPTH = 100


class InvalidJson(ValueError):
    """The bytes are not JSON that this server can keep; the text says why."""


def parse(raw: bytes) -> Any:
    """The value of a JSON document.

    Python's own parser also takes NaN, numbers beyond a double, lone surrogates and any depth; none of them
    survives the way into the database and out again, so they are refused here.
    """
    try:
        value = json.loads(raw)
        json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise InvalidJson("not valid JSON") from error
    if _deeper_than(MAX_DEPTH, value):
        raise InvalidJson(f"nested more than {MAX_DEPTH} levels deep")
    return value


def _deeper_than(limit: int, value: Any) -> bool:
    if not isinstance(value, (dict, list)):
        return False
    if limit == 0:
        return True
    children = value.values() if isinstance(value, dict) else value
    return any(_deeper_than(limit - 1, child) for child in children)
