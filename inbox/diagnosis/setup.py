"""What is set, as the checks need to know it: how the API is reached, and which lines would change how it is read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from inbox.securemail import Connection, Dialect, Owner, Timeouts


@dataclass(frozen=True)
class Box:
    """A securebox by its API name, with what the API calls it besides."""

    name: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Setup:
    """`dialect` is in force; `has_dialect` is whether SECUREMAIL_DIALECT says anything, and `message_fields` what
    SECUREMAIL_MESSAGE_FIELDS says.
    """

    connection: Connection
    timeouts: Timeouts
    dialect: Dialect
    has_dialect: bool = False
    message_fields: Mapping[str, Any] = field(default_factory=dict)

    def owner(self, address: str, box: Box) -> Owner:
        addresses = self.dialect.box_addresses
        return Owner(address=address, securebox=box.name, aliases=box.aliases, box_addresses=addresses)

    def line(self, part: str, value: object) -> str:
        """The line for the environment, or for the file that SECUREMAIL_DIALECT names, which says this."""
        text = json.dumps({part: value})
        return text[1:-1] if self.has_dialect else f"SECUREMAIL_DIALECT={text}"

    @property
    def place(self) -> str:
        """Where such a line belongs."""
        return "In SECUREMAIL_DIALECT:" if self.has_dialect else "Try this, and check again:"
