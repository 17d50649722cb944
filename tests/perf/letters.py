"""What the people of a measurement are called, and the letters in their secureboxes."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.sandbox import Sandbox

PASSWORD = "letters-by-lamplight"  # Of accounts that exist for a measurement.
TEXT = "We have received your documents, and will look at them within the week. " * 6
HTML = (
    "<h1>Your claim</h1><p>All is <b>well</b>.</p><table><tr><th>Item<th>Amount<tr><td>Roof<td>1,200</table>"
)
FORMATTED = 10  # The letter that is shown with its formatting.
# Somebody whose list is longer than a page, as in any installation. Until a process has read such a list, it asks for
# the number of letters where a list is as long as the longest one: see `inbox.paging`.
COLLECTOR, COLLECTED = "zoe", [60]
NEWEST = datetime(2026, 3, 1, 12, tzinfo=UTC)


def address_of(person: str) -> str:
    return f"{person}@example.com"


def slug_of(person: str, box: int) -> str:
    return f"{person}{box}"


def name_of(person: str, box: int) -> str:
    """As the API knows the securebox."""
    return f"{person.title()}{box:02}"


def deliver(sandbox: Sandbox, person: str, letters: list[int]) -> None:
    """As many letters as that into each of the person's secureboxes; the newest of each is unread."""
    for box, number in enumerate(letters):
        sandbox.add_many([_letter(person, box, n) for n in range(number)])


def _letter(person: str, box: int, number: int) -> dict[str, Any]:
    return {
        "address": address_of(person),
        "securebox": name_of(person, box),
        "subject": f"Letter {number} of box {box}",
        "text": TEXT,
        "html": HTML if number == FORMATTED else None,
        "date": (NEWEST - timedelta(hours=number)).isoformat(),
        "status": "read" if number else "unread",
    }
