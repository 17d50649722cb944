"""Build a `Message` from the API's JSON, whichever of the known keys and forms it uses."""

from collections.abc import Mapping, Sequence
from typing import Any

from inbox.securemail.fields import MESSAGE_FIELDS, message_keys
from inbox.securemail.models import Direction, Message
from inbox.securemail.values import is_html


class MessageParser:
    """Parses messages by the keys in `MESSAGE_FIELDS`, some of which an operator may have overridden."""

    def __init__(self, overrides: Mapping[str, Sequence[str]]) -> None:
        self.keys = message_keys(overrides)

    def parse_entry(self, raw: object, *, address: str) -> Message | None:
        """One entry of a list; None if it is not an object or has no usable id. `address` as in `parse`."""
        if not isinstance(raw, dict):
            return None
        message_id = self._find(raw, "id")[1]
        return self.parse(raw, message_id, address=address) if message_id else None

    def parse(self, raw: Mapping[str, object], message_id: str, *, address: str) -> Message:
        """A message under the id that was asked for, even if it names other ids.

        `address` is the consumer's. It tells the direction if the message itself does not.
        """
        found = {field: value for field in self.keys if (value := self._find(raw, field)[1]) is not None}
        body, mime = found.pop("body", None), found.pop("mime", "")
        found.setdefault("html" if is_html(body or "", mime) else "text", body)
        found["direction"] = _direction(found, address.lower())
        return Message.model_validate({**found, "id": message_id})

    def used_keys(self, raw: Mapping[str, object]) -> dict[str, str]:
        """For each of our fields that this message fills, the API's key that its value was taken from."""
        return {field: key for field in self.keys if (key := self._find(raw, field)[0])}

    def _find(self, raw: Mapping[str, object], field: str) -> tuple[str, Any]:
        """The first key with a usable value, and the parsed value; an empty key and None if there is no such key."""
        for key in self.keys[field]:
            value = MESSAGE_FIELDS[field].parse(key, _lookup(raw, key))
            if value is not None:
                return key, value
        return "", None


def _lookup(raw: Mapping[str, object], key: str) -> object:
    if key in raw:
        return raw[key]
    value: object = raw
    for part in key.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _direction(found: Mapping[str, Any], address: str) -> Direction:
    """What the message says, else what its addresses imply; unknown if a message "to" the consumer is from them.

    In doubt a message must not count as received: marking a consumer's own message as read takes it out of the agents'
    queue.
    """
    declared: Direction | None = found.get("direction")
    inferred = _inferred_direction(found, address)
    if declared is Direction.OUTBOUND and inferred is Direction.INBOUND:
        return Direction.UNKNOWN
    return declared or inferred


def _inferred_direction(found: Mapping[str, Any], address: str) -> Direction:
    sender = found.get("sender")
    if sender and sender.address == address:
        return Direction.INBOUND
    if any(party.address == address for party in found.get("recipients", ())):
        return Direction.OUTBOUND
    return Direction.UNKNOWN
