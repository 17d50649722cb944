"""How many messages and mails are under way, and for how long: for the metrics and the operators' page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Min

from inbox.models import OutgoingMessage, Securebox
from portal.accounts.models import PortalMail

State = OutgoingMessage.State
# The states, and the column that says since when a message is in it. An index leads to their rows: there are few,
# however many messages were sent.
SINCE: Final = {
    State.QUEUED: "queued_at",
    State.SENDING: "claimed_at",
    State.UNCONFIRMED: "unconfirmed_since",
}


@dataclass(frozen=True)
class UnderWay:
    """The messages of one securebox in one state. `oldest` is when the oldest of them reached it."""

    securebox: Securebox
    state: str
    number: int = 0
    oldest: datetime | None = None


def under_way() -> Iterator[UnderWay]:
    """Each securebox with each state. Two queries."""
    oldest: dict[str, Any] = {f"oldest_{state}": Min(column) for state, column in SINCE.items()}
    of_each = OutgoingMessage.objects.filter(state__in=SINCE).order_by().values("securebox", "state")
    rows: Any = of_each.annotate(number=Count("pk"), **oldest)
    counted = {
        (row["securebox"], row["state"]): (row["number"], row[f"oldest_{row['state']}"]) for row in rows
    }
    for securebox in Securebox.objects.all():
        for state in SINCE:
            yield UnderWay(securebox, state.value, *counted.get((securebox.pk, state.value), (0, None)))


@dataclass(frozen=True)
class MailsWaiting:
    """The portal's own mails of one kind that the mail server has not taken yet."""

    kind: str
    number: int = 0
    oldest: datetime | None = None


def mails_waiting() -> Iterator[MailsWaiting]:
    """Each kind. One query, of a table that is empty while the mail server works."""
    of_each = PortalMail.objects.exclude(kind=PortalMail.Kind.DECOY).order_by().values_list("kind")
    counted = {kind: rest for kind, *rest in of_each.annotate(Count("pk"), Min("created_at"))}
    for kind in PortalMail.Kind.values:
        if kind != PortalMail.Kind.DECOY:
            yield MailsWaiting(kind, *counted.get(kind, (0, None)))
