"""What the Secure Email API's answers mean here, and under which names the API may send it.

The API's reference names its operations but does not say what a message looks like. The names below are
those of the same vendor's sibling APIs (e-mail and contact history); an operator can replace them, see
`docs/going-live.md`.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, Field

MESSAGE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")
"""The message ids that may become part of a URL; anything else is not used."""

MESSAGE_FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "id": ("id", "secureMailId", "interactionId"),
        "subject": ("subject", "Subject"),
        "sender": ("from", "fromAddress", "FromAddress"),
        "recipients": ("to", "toAddress", "toAddresses", "ToAddresses"),
        "date": ("date", "sentDate", "receivedDate", "startDate", "createdDate", "timestamp"),
        "unread": ("status", "state", "read"),
        "direction": ("direction", "type", "typeId", "entityType"),
        "text": ("text", "bodyAsPlainText", "plainText"),
        "html": ("structuredText", "html"),
        "body": ("body",),
        "mime": ("mime",),
        "thread_id": ("threadId", "thread_id"),
        "parent_id": ("parentId", "parent_id"),
        "securebox": ("securebox",),
        "operation_id": ("operationId",),
    }
)
"""Our field, and the API's keys that may hold it; the first key with a usable value counts.

`body` is the text or the HTML, as `mime` says or as it looks. A key with dots leads into objects:
`content.text`.
"""

COMPOSE_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "address": "fromAddress",
        "first_name": "firstName",
        "last_name": "lastName",
        "subject": "subject",
        "text": "text",
        "user_data": "userData",
    }
)
"""Our field, and the key it is sent under; a field with an empty key is not sent."""

PARTY_ADDRESS_KEYS = ("address", "email")
PARTY_NAME_KEYS = ("personal", "name")


class Direction(StrEnum):
    """Which way a message went, in the contact centre's words."""

    INBOUND = "inbound"  # From the consumer to the company.
    OUTBOUND = "outbound"  # From the company to the consumer.
    UNKNOWN = "unknown"


class Record(BaseModel):
    """A fact from the API: never changed, and shown in logs and error reports without its content."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Party(Record):
    """A sender or recipient; the address is in lower case."""

    address: str | None = Field(default=None, repr=False)
    name: str = Field(default="", repr=False)


class Message(Record):
    """One secure email. What the API does not say is None or empty; `date` is aware and in UTC."""

    id: str
    subject: str = Field(default="", repr=False)
    sender: Party | None = Field(default=None, repr=False)
    recipients: tuple[Party, ...] = Field(default=(), repr=False)
    date: datetime | None = None
    unread: bool | None = None
    direction: Direction = Direction.UNKNOWN
    text: str | None = Field(default=None, repr=False)
    html: str | None = Field(default=None, repr=False)
    thread_id: str | None = None
    parent_id: str | None = None
    securebox: str | None = None
    operation_id: str | None = None

    def belongs_to(self, address: str, securebox: str) -> bool:
        """Whether what this message says of itself fits this consumer's address and this securebox.

        Where it names addresses, one of them must be theirs; where it names a securebox, it must be this
        one. What it leaves out speaks against nobody: the API's own list has decided before.
        """
        named = {party.address for party in (self.sender, *self.recipients) if party and party.address}
        return (not named or address.lower() in named) and self.securebox in (None, securebox)


class Listing(Record):
    """Part of a list, entry by entry as the API sent it; None stands for an entry that is no usable message.

    The API's `index` counts entries, so whoever leafs through a list must count them too.
    """

    entries: tuple[Message | None, ...] = ()

    @property
    def messages(self) -> tuple[Message, ...]:
        return tuple(entry for entry in self.entries if entry)

    @property
    def unusable(self) -> int:
        return self.entries.count(None)


class Compose(Record):
    """A message that a consumer sends to the company."""

    address: str = Field(repr=False)
    first_name: str = Field(repr=False)
    last_name: str = Field(repr=False)
    subject: str = Field(repr=False)
    text: str = Field(repr=False)
    user_data: Mapping[str, str] = Field(default_factory=dict, repr=False)


class Sent(Record):
    """What the API said of a message it accepted; each part may be missing."""

    id: str | None = None
    operation_id: str | None = None
    self_uri: str | None = None


def merged_message_fields(overrides: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """MESSAGE_FIELDS with an operator's own keys in place of ours. Raises ValueError where one is wrong."""
    if not isinstance(overrides, Mapping):
        raise ValueError('message_fields: needs fields and keys, such as {"subject": ["someKey"]}.')
    for field, keys in overrides.items():
        if field not in MESSAGE_FIELDS:
            known = ", ".join(MESSAGE_FIELDS)
            raise ValueError(f"message_fields: there is no field {field!r}; there are {known}.")
        if not isinstance(keys, list | tuple) or not all(isinstance(key, str) and key for key in keys):
            raise ValueError(
                f'message_fields: {field!r} needs a list of the API\'s keys, such as ["someKey"].'
            )
    return {**MESSAGE_FIELDS, **{field: tuple(keys) for field, keys in overrides.items()}}


def merged_compose_fields(overrides: Mapping[str, str]) -> dict[str, str]:
    """COMPOSE_FIELDS with an operator's own keys in place of ours. Raises ValueError where one is wrong."""
    if not isinstance(overrides, Mapping):
        raise ValueError('compose_fields: needs fields and keys, such as {"text": "someKey"}.')
    for field, key in overrides.items():
        if field not in COMPOSE_FIELDS:
            known = ", ".join(COMPOSE_FIELDS)
            raise ValueError(f"compose_fields: there is no field {field!r}; there are {known}.")
        if not isinstance(key, str):
            raise ValueError(
                f"compose_fields: {field!r} needs one key of the API, or an empty text to leave it out."
            )
    merged = {**COMPOSE_FIELDS, **overrides}
    keys = [key for key in merged.values() if key]
    for key in keys:
        if keys.count(key) > 1:
            raise ValueError(f"compose_fields: two fields would be sent as {key!r}.")
    return merged
