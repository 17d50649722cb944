"""Examines by their signs of life whether `deliver` and `tidy` run, and whether the hosts' clocks agree."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from portal.database.brief_connection import brief_connection
from portal.findings import Finding, State, failure, ok, warning
from portal.heartbeats import DELIVER, SILENCE, TIDY
from portal.models import Heartbeat
from portal.operations.doctor import clocks

TOPIC: Final = "Programs"
_DATABASE_SECONDS: Final = 3.0
_START_DELIVER: Final = (
    "Start it, and see that it is started after a reboot:",
    "python manage.py deliver --forever",
)
_START_TIDY: Final = ("Have it run once a day, by cron or a timer:", "python manage.py tidy")


def look() -> Iterator[Finding]:
    with brief_connection(_DATABASE_SECONDS):
        rows = list(Heartbeat.objects.filter(program__in=(DELIVER, TIDY)).order_by("at"))
    newest = {row.program: row for row in rows}
    now = timezone.now()
    yield _deliver(newest.get(DELIVER), now)
    yield _tidy(newest.get(TIDY), now)
    for row in newest.values():
        clock = clocks.compare(TOPIC, f"{row.host}, where {row.program} runs,", row.at, now)
        if row.at > now and clock.state != State.OK:
            yield clock


def _deliver(row: Heartbeat | None, now: datetime) -> Finding:
    if row is None:
        message = "deliver has never run: what people write while the API fails stays here."
        return failure(TOPIC, message, *_START_DELIVER)
    age = now - row.at
    if age > SILENCE[DELIVER]:
        message = f"No round of deliver for {clocks.words(age)}; the last one was on {row.host}."
        return failure(TOPIC, message, *_START_DELIVER)
    if not row.succeeded:
        message = f"deliver runs on {row.host}, and its last round failed: {row.outcome}."
        return failure(TOPIC, message, "Its log says more; look at what is wrong with the database first.")
    return ok(TOPIC, f"deliver ran {clocks.words(max(age, timedelta()))} ago on {row.host}.")


def _tidy(row: Heartbeat | None, now: datetime) -> Finding:
    if row is None:
        return warning(TOPIC, "tidy has never run: what has expired is not deleted.", *_START_TIDY)
    age = now - row.at
    if age > SILENCE[TIDY]:
        message = f"tidy last ran {clocks.words(age)} ago: what has expired since is not deleted."
        return warning(TOPIC, message, *_START_TIDY)
    return ok(TOPIC, f"tidy ran {clocks.words(max(age, timedelta()))} ago.")
