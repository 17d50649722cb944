"""Signs of life of the programs that run beside the pages: a row for each program on each host.

The doctor and the metrics tell from these rows whether a program has stopped. A program that cannot write its row goes
on with its work.
"""

import logging
import socket
import time
from datetime import timedelta
from typing import Any, Final

from django.db import DatabaseError
from django.utils import timezone

from portal.models import Heartbeat

logger = logging.getLogger(__name__)

DELIVER: Final = "deliver"
TIDY: Final = "tidy"
# Written by /readyz and by the doctor, which find out in this way whether the database can be written.
PORTAL: Final = "portal"
DOCTOR: Final = "doctor"
# Programs that are silent for longer have stopped; deploy/prometheus/alerts.yaml has the same limits. A round of
# `deliver` begins every 5 seconds, or every minute where cron starts it, and a long one gives signs in between. `tidy`
# runs once a day.
SILENCE: Final = {DELIVER: timedelta(minutes=3), TIDY: timedelta(hours=50)}
SECONDS_BETWEEN: Final = 30.0  # Between two signs of life within a round.
# In Kubernetes each run of a job has a host name of its own, so that rows would pile up.
_KEPT: Final = timedelta(days=7)


class HeartbeatWriter:
    """Writes the row of one program on this host."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._host = socket.gethostname()[:255]
        self._written_at = -SECONDS_BETWEEN  # On the monotonic clock.

    def beat(self) -> None:
        """Say that a round is going on. Writes once in SECONDS_BETWEEN at most, however often it is called."""
        if time.monotonic() - self._written_at >= SECONDS_BETWEEN:
            self._try_to_write()

    def end_round(self, outcome: str, *, succeeded: bool = True) -> None:
        """Say how a round ended. Operators see `outcome`: words and numbers, nothing about people."""
        self._try_to_write(outcome=outcome[:200], succeeded=succeeded)

    def write(self, **values: Any) -> None:
        """Write the time, and these fields of the row; the others stay. Raises DatabaseError."""
        values["at"] = timezone.now()
        Heartbeat.objects.bulk_create(
            [Heartbeat(program=self._program, host=self._host, **values)],
            update_conflicts=True,
            unique_fields=["program", "host"],
            update_fields=list(values),
        )

    def _try_to_write(self, **values: Any) -> None:
        self._written_at = time.monotonic()
        try:
            self.write(**values)
        except DatabaseError:
            logger.warning("%s: its sign of life cannot be written", self._program, exc_info=True)


def delete_old() -> int:
    """Delete the rows of hosts that are gone. Of each program, the newest row stays: it says when it last ran."""
    newest = [
        row.pk
        for program in (DELIVER, TIDY)
        if (row := Heartbeat.objects.filter(program=program).order_by("at").last())
    ]
    old = Heartbeat.objects.filter(at__lt=timezone.now() - _KEPT).exclude(pk__in=newest)
    return old.delete()[0]
