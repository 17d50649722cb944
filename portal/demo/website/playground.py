"""What the playground offers: the elements of the portal's script, their attributes, its calls and its events."""

from dataclasses import dataclass
from typing import Final

INBOX, LAUNCHER, BADGE = "secure-inbox", "secure-inbox-launcher", "secure-inbox-badge"
ELEMENTS: Final = {
    INBOX: "The inbox in place, as high as its content.",
    LAUNCHER: "A button in the corner of the window, and the panel that it opens.",
    BADGE: "The unread number alone; nothing while it is 0 or unknown.",
}
EVENTS: Final = (
    "ready",
    "identity",
    "unread",
    "opened",
    "closed",
    "sent",
    "signedin",
    "signedout",
    "problem",
)
CALLS: Final = ("open", "close", "toggle", "isOpen", "compose", "getUnread", "refresh", "signOut")


@dataclass(frozen=True)
class Attribute:
    """One that these elements have: `standard` is what holds without it, `value` what the page begins with."""

    name: str
    elements: tuple[str, ...]
    standard: str = ""
    choices: tuple[str, ...] = ()
    kind: str = "text"
    value: str = ""


ATTRIBUTES: Final = (
    Attribute("securebox", (INBOX, LAUNCHER, BADGE), "all of them", kind="securebox"),
    Attribute("locale", (INBOX, LAUNCHER, BADGE), "en"),
    Attribute("color-scheme", (INBOX, LAUNCHER, BADGE), "the reader’s", ("light", "dark")),
    Attribute("position", (LAUNCHER,), "end", ("end", "start")),
    Attribute("no-button", (LAUNCHER,), kind="checkbox"),
    Attribute("max-height", (INBOX,), "4000", kind="number", value="600"),
    Attribute("link", (INBOX, LAUNCHER), "from “Copy link”"),
    Attribute("subject", (INBOX, LAUNCHER)),
    Attribute("fields", (INBOX, LAUNCHER), "PolicyNumber=AB123456"),
    Attribute("label", (INBOX, LAUNCHER), "Messages"),
    Attribute("close-label", (LAUNCHER,), "Close"),
    Attribute("unread-label", (LAUNCHER, BADGE), "{count} unread"),
    Attribute("problem-label", (INBOX, LAUNCHER), "We can’t show your messages here right now."),
    Attribute("retry-label", (INBOX, LAUNCHER), "Try again"),
    Attribute("window-label", (INBOX, LAUNCHER), "Open in a new window"),
)
# Custom properties, and what they are without being set: colours have an input of their own.
LOOK: Final = {
    "--secure-inbox-accent": "#1d5b79",
    "--secure-inbox-on-accent": "#ffffff",
    "--secure-inbox-badge": "#b3261e",
    "--secure-inbox-on-badge": "#ffffff",
    "--secure-inbox-radius": "0.75em",
    "--secure-inbox-offset": "1.25em",
}
