"""What the client takes and returns: frozen models. Their `repr` shows no content of a message."""

import re
from collections import Counter
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


class Attachments(FrozenModel):
    """The files that came with a message. `names` may have fewer than `count`: some have none, and few are kept."""

    count: int = 0
    names: tuple[str, ...] = Field(default=(), repr=False)

    @property
    def others(self) -> int:
        """How many are not named."""
        return self.count - len(self.names)


class Hidden(StrEnum):
    """The rule by which a listed message is not shown, in words for operators."""

    NO_ID = "no usable id"
    OTHER_ADDRESS = "names another address"
    OTHER_SECUREBOX = "names another securebox"


class Owner(FrozenModel):
    """Whose message it must be: a consumer's address, in one securebox.

    `aliases` are what the API calls the securebox besides its name. `box_addresses` are the company's own addresses:
    they are no consumer's.
    """

    address: str = Field(repr=False)
    securebox: str
    aliases: tuple[str, ...] = ()
    box_addresses: frozenset[str] = Field(default=frozenset(), repr=False)


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
    closed: bool = False
    direction: Direction = Direction.UNKNOWN
    text: str | None = Field(default=None, repr=False)
    html: str | None = Field(default=None, repr=False)
    thread_id: str | None = None
    parent_id: str | None = None
    securebox: str | None = None
    operation_id: str | None = None
    attachments: Attachments = Attachments()

    def hidden_from(self, owner: Owner) -> Hidden | None:
        """The rule that this message breaks if it is not the owner's; None if nothing in it says so.

        If it names consumers' addresses, one of them must be the owner's; if it names a securebox, it must be this
        one. A message that leaves both out passes: its id came from the API's own list for this address and securebox.
        """
        named = {party.address for party in (self.sender, *self.recipients) if party and party.address}
        consumers = named - owner.box_addresses
        if consumers and owner.address.lower() not in consumers:
            return Hidden.OTHER_ADDRESS
        if self.securebox in (None, owner.securebox):
            return None
        aliases = {alias.casefold() for alias in owner.aliases}
        return None if self.securebox and self.securebox.casefold() in aliases else Hidden.OTHER_SECUREBOX


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

    def hidden_from(self, owner: Owner) -> Counter[Hidden]:
        """How many of the entries each rule hides from the owner."""
        rules = (entry.hidden_from(owner) if entry else Hidden.NO_ID for entry in self.entries)
        return Counter(rule for rule in rules if rule)


class NewMessage(FrozenModel):
    """A message that a consumer sends to the company. `fields.COMPOSE_FIELDS` has the API's name of each attribute.

    The last three are of the message that it answers; None if it answers none.
    """

    address: str = Field(repr=False)
    first_name: str = Field(repr=False)
    last_name: str = Field(repr=False)
    subject: str = Field(repr=False)
    text: str = Field(repr=False)
    user_data: Mapping[str, str] = Field(default_factory=dict, repr=False)
    parent_id: str | None = None
    thread_id: str | None = None
    answered_subject: str | None = Field(default=None, repr=False)


class Sent(FrozenModel):
    """What the API said about a message it accepted. Each part may be missing."""

    id: str | None = None
    operation_id: str | None = None
    self_uri: str | None = None
