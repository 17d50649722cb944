"""How many messages a consumer may send to one securebox: in an hour, in a day, and under way at the same time.

They are counted in their rows, in the transaction that adds one: no cache can forget them, and of concurrent clicks
none can pass another.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from inbox.models import LIMITED, OutgoingMessage
from portal.accounts.models import Consumer
from portal.metrics import LIMITS_HIT

logger = logging.getLogger(__name__)

State = OutgoingMessage.State

_HOUR, _DAY = timedelta(hours=1), LIMITED
_ARRIVING = (State.QUEUED, State.SENDING, State.SENT)
_UNDER_WAY = (State.QUEUED, State.SENDING, State.UNCONFIRMED)


@dataclass(frozen=True)
class Allowance:
    """How many messages can be sent now.

    `more_at` is when it will be more; None means as soon as a message under way has arrived or is discarded.
    """

    left: int
    more_at: datetime | None


class SendLimitReached(Exception):
    """Nothing was changed. `allowance` says when the next message can be sent."""

    def __init__(self, allowance: Allowance) -> None:
        super().__init__()
        self.allowance = allowance


@contextmanager
def one_more(consumer_id: int, securebox_id: int, *, is_under_way: bool = False) -> Iterator[None]:
    """Commit what the body does, which is to queue one message. Raises SendLimitReached instead of running the body.

    `is_under_way` says that the message is already counted among those under way.
    """
    with transaction.atomic():
        # One request at a time for each consumer. On SQLite, which ignores this, the whole transaction is exclusive.
        list(Consumer.objects.select_for_update(no_key=True).filter(pk=consumer_id).values_list("pk"))
        allowed = allowance(consumer_id, securebox_id, count_under_way=not is_under_way)
        if not allowed.left:
            LIMITS_HIT.add("send")
            logger.warning("A consumer has sent as many messages to a securebox as the limits allow")
            raise SendLimitReached(allowed)
        yield


def allowance(consumer_id: int, securebox_id: int, *, count_under_way: bool = True) -> Allowance:
    """What the strictest of the limits leaves."""
    rows = OutgoingMessage.objects.filter(
        Q(tried_since__gt=timezone.now() - _DAY) | Q(state__in=_UNDER_WAY),
        consumer=consumer_id,
        securebox=securebox_id,
    )
    return allowance_after(
        rows.only("state", "unconfirmed_attempts", "tried_since"), count_under_way=count_under_way
    )


def allowance_after(rows: Iterable[OutgoingMessage], *, count_under_way: bool = True) -> Allowance:
    """The same, from the consumer's current rows in the securebox."""
    now = timezone.now()
    under_way, sent = 0, []
    for row in rows:
        if row.state not in _UNDER_WAY and (row.tried_since is None or row.tried_since <= now - _DAY):
            continue
        under_way += row.state in _UNDER_WAY
        # Every attempt that may have arrived counts: one message, sent again and again, may arrive as often.
        copies = row.unconfirmed_attempts + (row.state in _ARRIVING)
        sent += [row.tried_since or now] * copies
    found = [_within(sent, now, _HOUR, settings.PORTAL_SEND_HOURLY)]
    found.append(_within(sent, now, _DAY, settings.PORTAL_SEND_DAILY))
    if count_under_way:
        found.append(Allowance(max(0, settings.PORTAL_SEND_WAITING - under_way), None))
    return min(found, key=lambda one: (one.left, -(one.more_at or now).timestamp()))


def _within(sent: list[datetime], now: datetime, period: timedelta, most: int) -> Allowance:
    recent = sorted(at for at in sent if at > now - period)
    # The one that must drop out of the period before another can be sent: the oldest, unless there are too many.
    first = max(0, len(recent) - most)
    return Allowance(max(0, most - len(recent)), recent[first] + period if recent else now)
