"""What a page says of itself, so that its script can tell what has arrived since: static/js/inbox/arrivals.js."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from inbox.models import Securebox

_NUMBERED = 9  # Up to this number, a page has a sentence for each number of new messages.


@dataclass(frozen=True)
class Arrivals:
    """For templates/inbox/_arrivals.html: the page that shows what has arrived, and data for the script."""

    url: str
    data: dict[str, object]
    # Whether the page does not know how many unread messages it has. Its script asks at once, before any arrive.
    has_unknown: bool


def arrivals(
    shown: Mapping[Securebox, int | None], asked_at: datetime, url: str, *, names_box: bool = False
) -> Arrivals:
    """For a page with messages of these secureboxes, which were asked for at that moment.

    `shown` says how many unread messages the page has of each, None if there may be others. `names_box`: the page is
    about one of them, and its sentences name it.
    """
    boxes = list(shown)
    data: dict[str, object] = {
        "asOf": asked_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "shown": {box.slug: number for box, number in shown.items()},
        **(_texts_in(boxes[0].title, get_language()) if names_box else _texts(get_language())),
        "sent": {
            box.slug: _("Your message to %(department)s was sent.") % {"department": box.title}
            for box in boxes
        },
    }
    return Arrivals(url, data, has_unknown=None in shown.values())


# Kept for each language, and for each department: more sentences than the rest of a page has.
@lru_cache
def _texts(_language: str | None) -> Mapping[str, str | Sequence[str]]:
    def numbered(number: int) -> str:
        text = ngettext("%(number)s new message.", "%(number)s new messages.", number)
        return text % {"number": number}

    return {
        "numbered": [numbered(number) for number in range(1, _NUMBERED + 1)],
        "unnumbered": _("New messages."),
    }


@lru_cache(maxsize=1_000)
def _texts_in(department: str, _language: str | None) -> Mapping[str, str | Sequence[str]]:
    def numbered(number: int) -> str:
        text = ngettext(
            "%(number)s new message in %(department)s.", "%(number)s new messages in %(department)s.", number
        )
        return text % {"number": number, "department": department}

    return {
        "numbered": [numbered(number) for number in range(1, _NUMBERED + 1)],
        "unnumbered": _("New messages in %(department)s.") % {"department": department},
    }
