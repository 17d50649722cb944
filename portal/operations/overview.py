"""Is everything well, now and over the last day? What the operators' page shows."""

import enum
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from inbox.models import OutgoingMessage, Securebox
from portal.accounts.models import PortalMail
from portal.heartbeats import SILENCE
from portal.metrics import DEFAULT_BOX, PAGES, READING, SENDING, SIGNING_IN
from portal.models import Heartbeat
from portal.operations.charts import Chart, draw
from portal.operations.history import BAD, NOT_TRIED, Quarter, Series, last_day
from portal.operations.under_way import UnderWay, mails_waiting, under_way

State = OutgoingMessage.State

# So long may a message wait, and a mail with a code. deploy/prometheus/alerts.yaml has the same limits.
_WAITING: Final = timedelta(minutes=15)
_WAITING_FOR_CODE: Final = timedelta(minutes=2)
# The share of failures above which something is wrong: of calls, of which a few may be one customer's trouble; of
# pages; of sign-ins, since wrong passwords are an everyday matter.
_SHARE, _SHARE_OF_PAGES, _SHARE_OF_SIGN_INS = 0.2, 0.02, 0.5
_RECENT: Final = timedelta(minutes=30)


class Health(enum.StrEnum):
    """How the calls of one kind to one box fare."""

    WELL = "well"
    IDLE = "idle"
    FAILING = "failing"
    PAUSED = "paused"  # A breaker is open, or the API has asked to wait.
    REFUSED = "refused"  # The API refuses the portal itself.

    @property
    def is_bad(self) -> bool:
        return self not in (Health.WELL, Health.IDLE)


@dataclass(frozen=True)
class BoxReport:
    securebox: Securebox
    reading: Health
    sending: Health
    chart: Chart
    calls: int
    failed: int
    median: float | None
    p95: float | None
    sent: int
    waiting: int
    waiting_since: datetime | None
    unconfirmed: int

    @property
    def waits_too_long(self) -> bool:
        return self.waiting_since is not None and timezone.now() - self.waiting_since > _WAITING


@dataclass(frozen=True)
class ProgramReport:
    """A program beside the pages. `last` is its newest sign of life; None if there never was one."""

    name: str
    last: Heartbeat | None

    @property
    def is_silent(self) -> bool:
        return self.last is None or timezone.now() - self.last.at > SILENCE[self.name]

    @property
    def has_failed(self) -> bool:
        return self.last is not None and not self.last.succeeded


@dataclass(frozen=True)
class MailReport:
    """Mails of the portal itself that wait, and since when the oldest code does: people wait for it."""

    waiting: int
    code_since: datetime | None

    @property
    def waits_too_long(self) -> bool:
        return self.code_since is not None and timezone.now() - self.code_since > _WAITING_FOR_CODE


@dataclass(frozen=True)
class ActivityReport:
    """Pages, or sign-ins."""

    chart: Chart
    good: int
    bad: int
    is_bad: bool


@dataclass(frozen=True)
class Overview:
    boxes: tuple[BoxReport, ...]
    programs: tuple[ProgramReport, ...]
    mails: MailReport
    pages: ActivityReport
    sign_ins: ActivityReport


def overview() -> Overview:
    """Six queries, however many customers there are."""
    day = last_day()
    states: dict[int, dict[str, UnderWay]] = defaultdict(dict)
    for row in under_way():
        states[row.securebox.pk][row.state] = row
    pages, sign_ins = day[PAGES, ""], day[SIGNING_IN, ""]
    return Overview(
        boxes=tuple(_box(of_box, day) for of_box in states.values()),
        programs=tuple(_programs()),
        mails=_mails(),
        pages=_activity(pages, is_bad=_fails(pages, _SHARE_OF_PAGES)),
        sign_ins=_activity(sign_ins, is_bad=_fails(sign_ins, _SHARE_OF_SIGN_INS, few=20)),
    )


def _box(states: Mapping[str, UnderWay], day: Mapping[tuple[str, str], Series]) -> BoxReport:
    securebox = states[State.QUEUED].securebox
    name = securebox.full_name or DEFAULT_BOX
    reading, sending = day[READING, name], day[SENDING, name]
    quarters = tuple(
        Quarter(read.start, read.good + sent.good, read.bad + sent.bad)
        for read, sent in zip(reading.quarters, sending.quarters, strict=True)
    )
    return BoxReport(
        securebox=securebox,
        reading=_health(reading),
        sending=_health(sending),
        chart=draw(quarters),
        calls=sum(quarter.good + quarter.bad for quarter in quarters),
        failed=reading.bad + sending.bad,
        median=reading.seconds(0.5),
        p95=reading.seconds(0.95),
        sent=sending.good,
        waiting=states[State.QUEUED].number,
        waiting_since=states[State.QUEUED].oldest,
        unconfirmed=states[State.UNCONFIRMED].number,
    )


def _health(series: Series) -> Health:
    """How the last calls ended, in any process."""
    if not series.last_at:
        return Health.IDLE
    newest = max(series.last_at, key=lambda outcome: series.last_at[outcome])
    last_good = max((at for outcome, at in series.last_at.items() if outcome not in BAD), default=None)
    refused, paused = series.last_at.get("refused"), series.last_at.get(NOT_TRIED)
    if refused and (last_good is None or refused > last_good):
        return Health.REFUSED  # However long ago: it does not end by itself.
    if paused and newest == NOT_TRIED and timezone.now() - paused < _RECENT:
        return Health.PAUSED
    return Health.FAILING if _fails(series, _SHARE) else Health.WELL


def _fails(series: Series, share: float, few: int = 3) -> bool:
    """Whether more than this share of the last half hour went wrong. Fewer failures than `few` are chance."""
    good, bad = series.recent()
    return bad >= few and bad > share * (good + bad)


def _programs() -> Iterator[ProgramReport]:
    newest = {row.program: row for row in Heartbeat.objects.filter(program__in=SILENCE).order_by("at")}
    return (ProgramReport(name, newest.get(name)) for name in SILENCE)


def _mails() -> MailReport:
    rows = list(mails_waiting())
    urgent = [row.oldest for row in rows if row.kind == PortalMail.Kind.CODE and row.oldest]
    return MailReport(sum(row.number for row in rows), min(urgent, default=None))


def _activity(series: Series, *, is_bad: bool) -> ActivityReport:
    return ActivityReport(chart=draw(series.quarters), good=series.good, bad=series.bad, is_bad=is_bad)
