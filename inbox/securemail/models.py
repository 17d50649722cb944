"""What the client takes and returns: frozen models. Their `repr` shows no content of a message."""

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

MESSAGE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")
"""The message ids that are safe to put into a URL. Other ids are treated as missing."""


class Direction(StrEnum):
    """Which way a message went, in the contact centre's words."""

    INBOUND = "inbound"  # From the consumer to the company.
    OUTBOUND = "outbound"  # From the company to the consumer.
    UNKNOWN = "unknown"


class FrozenModel(BaseModel):
    """Immutable. Fields with content have `repr=False`, so that logs and error reports do not show it."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Party(FrozenModel):
    """A sender or recipient. The address is in lower case."""

    address: str | None = Field(default=None, repr=False)
    name: str = Field(default="", repr=False)


class Message(FrozenModel):
    """One secure email. What the API leaves out is None or empty; `date` is timezone-aware, in UTC.

    Each attribute has a row in `inbox.securemail.fields.MESSAGE_FIELDS`, which says where the API keeps it.
    """

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
        """Whether nothing in the message contradicts that it belongs to this consumer's address and this securebox.

        If it names addresses, one of them must be the consumer's; if it names a securebox, it must be this one. A
        message that leaves both out passes: its id came from the API's own list for this address and securebox.
        """
        named = {party.address for party in (self.sender, *self.recipients) if party and party.address}
        return (not named or address.lower() in named) and self.securebox in (None, securebox)


class Listing(FrozenModel):
    """Part of a list, entry by entry as the API sent it. An entry that is no usable message is None.

    The API's `index` counts entries, so a caller that pages through a list must count the unusable ones too.
    """

    entries: tuple[Message | None, ...] = ()

    @property
    def messages(self) -> tuple[Message, ...]:
        return tuple(entry for entry in self.entries if entry)

    @property
    def unusable(self) -> int:
        return self.entries.count(None)


class NewMessage(FrozenModel):
    """A message that a consumer sends to the company. `fields.COMPOSE_FIELDS` has the API's name of each attribute."""

    address: str = Field(repr=False)
    first_name: str = Field(repr=False)
    last_name: str = Field(repr=False)
    subject: str = Field(repr=False)
    text: str = Field(repr=False)
    user_data: Mapping[str, str] = Field(default_factory=dict, repr=False)


class Sent(FrozenModel):
    """What the API said about a message it accepted. Each part may be missing."""

    id: str | None = None
    operation_id: str | None = None
    self_uri: str | None = None
