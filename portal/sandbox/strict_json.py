"""Parse JSON strictly."""

import json

MAX_DEPTH = 100

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None


class InvalidJsonError(ValueError):
    """The bytes are not JSON that this server can store. The text says why."""


def parse(raw: bytes) -> Json:
    """The value of a JSON document. Raises InvalidJsonError.

    Python's own parser also accepts NaN, numbers too large for a double, lone surrogates and any depth. They could not
    be stored in the database and read back, so they are refused here. So is a key that is given twice: which of the two
    counts differs between parsers.
    """
    try:
        value: Json = json.loads(raw, object_pairs_hook=_object)
        json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
    except InvalidJsonError:
        raise
    except (ValueError, RecursionError) as error:
        raise InvalidJsonError("not valid JSON") from error
    if _is_deeper_than(MAX_DEPTH, value):
        raise InvalidJsonError(f"nested more than {MAX_DEPTH} levels deep")
    return value


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    value: dict[str, Json] = {}
    for key, each in pairs:
        if key in value:
            raise InvalidJsonError(f"ambiguous: it has the key {key[:40]!r} twice in one object")
        value[key] = each
    return value


def _is_deeper_than(limit: int, value: Json) -> bool:
    if not isinstance(value, (dict, list)):
        return False
    if limit == 0:
        return True
    children = value.values() if isinstance(value, dict) else value
    return any(_is_deeper_than(limit - 1, child) for child in children)
