"""What is set, as the checks need to know it: how the API is reached, and which lines would change how it is read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from inbox.connection_settings import SETTINGS
from inbox.securemail import Connection, Dialect, Owner, Timeouts


@dataclass(frozen=True)
class Box:
    """A securebox by its API name, with what the API calls it besides, and the name of its connection if it has one.

    `title` is ours, for the activity log.
    """

    name: str = ""
    aliases: tuple[str, ...] = ()
    connection: str = ""
    title: str = field(default="", compare=False)


@dataclass(frozen=True)
class Setup:
    """`connection_name` is empty for the default connection. `dialect` is in force; `has_dialect` is whether
    SECUREMAIL_DIALECT says anything, and `message_fields` what SECUREMAIL_MESSAGE_FIELDS says.
    """

    connection: Connection
    timeouts: Timeouts
    dialect: Dialect
    connection_name: str = ""
    has_dialect: bool = False
    message_fields: Mapping[str, Any] = field(default_factory=dict)

    def owner(self, address: str, box: Box) -> Owner:
        addresses = self.dialect.box_addresses
        return Owner(address=address, securebox=box.name, aliases=box.aliases, box_addresses=addresses)

    def line(self, part: str, value: object) -> str:
        """The line for the environment, or for the file that SECUREMAIL_DIALECT names, which says this."""
        text = json.dumps({part: value})
        return text[1:-1] if self.has_dialect else f"SECUREMAIL_DIALECT={text}"

    def setting(self, attribute: str) -> str:
        """The setting behind this attribute of the connection."""
        if self.connection_name:
            return f"{attribute} of {self.connection_name} in SECUREMAIL_CONNECTIONS"
        is_single_key = attribute == "keys" and len(self.connection.keys) == 1
        return "SECUREMAIL_API_KEY" if is_single_key else SETTINGS[attribute]

    @property
    def way(self) -> str:
        """Where the API is asked, and how."""
        name = f", the connection {self.connection_name}" if self.connection_name else ""
        proxy = f", through the proxy {self.connection.proxy_address}" if self.connection.proxy else ""
        return f"Asked at {self.connection.url}{name}{proxy}."

    @property
    def place(self) -> str:
        """Where such a line belongs."""
        return "In SECUREMAIL_DIALECT:" if self.has_dialect else "Try this, and check again:"
