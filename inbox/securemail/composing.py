"""The body of a new message, as the dialect says."""

from typing import Any

from inbox.securemail.dialect import Dialect
from inbox.securemail.models import NewMessage


def compose(message: NewMessage, dialect: Dialect) -> dict[str, Any]:
    """The object `data`. What a message has none of is left out, and so is what has no key.

    An empty name is none: many people have one name only, and the contact centre may know another from elsewhere.
    """
    values: dict[str, Any] = {field: getattr(message, field) for field in dialect.compose_fields}
    values["user_data"] = dict(message.user_data)
    data: dict[str, Any] = {}
    for field, key in dialect.compose_fields.items():
        if key and values[field] not in (None, "", {}):
            _put(data, key, values[field])
    for key, constant in dialect.constants.items():
        _put(data, key, constant)
    return data


def _put(data: dict[str, Any], path: str, value: object) -> None:
    """Put a value at a path with dots, and make the objects on the way. Nothing that is there is replaced."""
    *outer, last = path.split(".")
    for key in outer:
        data = data.setdefault(key, {})
        if not isinstance(data, dict):
            return
    data.setdefault(last, value)
