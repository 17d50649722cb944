"""The pages that are measured, by name."""

import re
from collections.abc import Callable
from functools import partial

from tests.perf.empty_pages import WITH_SESSION, WITHOUT_SESSION
from tests.perf.letters import slug_of
from tests.perf.portals import Portal
from tests.perf.visitor import Answer, Visitor

# The units. A visitor without a session gets the first, a person the second.
VISITOR, EMPTY = "empty page", "empty page with session"
PAGES = ("poll", "home", "list", "conversation", "compose")
_REFERENCE = re.compile(r'class="mail-link"\s+href="/inbox/[^/"]+/([^/"?]+)/')


def references(page: Answer) -> list[str]:
    """Of the messages that a list leads to, in its order."""
    return _REFERENCE.findall(page.text)


def addresses(visitor: Visitor, person: str) -> dict[str, str]:
    """Where the pages are. The conversation is that of the oldest letter of the list, which has been read."""
    inbox = f"/inbox/{slug_of(person, 0)}/"
    home = visitor.ask("GET", "/", {})
    reference = references(visitor.get(inbox))[-1]
    return {
        "poll": "/unread.json",
        "home": home.location or "/",  # With a single securebox, its list is the home page.
        "list": inbox,
        "conversation": f"{inbox}{reference}/",
        "compose": f"{inbox}compose/",
        "activity": "/accounts/activity/",
    }


def costs_of(portal: Portal, person: str, requests: int) -> dict[str, Callable[[], float]]:
    """What measures each page and both units: a mean of so many requests, in processor seconds.

    Of the units, of which a request is short and to which all others are compared, five times as many.
    """
    visitor, stranger = portal.measured(person), portal.visitor()
    asked = {name: partial(visitor.get, path) for name, path in addresses(visitor, person).items()}
    costs = {name: partial(portal.cost_of, ask, requests) for name, ask in asked.items()}
    units = {VISITOR: partial(stranger.get, WITHOUT_SESSION), EMPTY: partial(visitor.get, WITH_SESSION)}
    return costs | {name: partial(portal.cost_of, ask, 5 * requests) for name, ask in units.items()}
