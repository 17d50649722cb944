import os
import sys
from argparse import ArgumentParser
from datetime import date, datetime, timedelta

from django.core.management.base import BaseCommand
from django.utils import timezone

from portal.accounts.audit import activity, exports
from portal.accounts.models import Activity


class Command(BaseCommand):
    help = "Export the activity log to standard output, the oldest entry first. The log records the export."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", type=date.fromisoformat, help="the first day, for example 2026-11-01")
        parser.add_argument("--until", type=date.fromisoformat, help="the last day, inclusive")
        parser.add_argument("--address", help="only entries of the account with this address")
        parser.add_argument("--format", dest="form", choices=exports.WRITERS, default="csv")

    def handle(
        self, *, since: date | None, until: date | None, address: str | None, form: str, **options: object
    ) -> None:
        lines = Activity.objects.order_by("at", "pk")
        if since:
            lines = lines.filter(at__gte=_midnight(since))
        if until:
            lines = lines.filter(at__lt=_midnight(until + timedelta(days=1)))
        if address:
            lines = lines.filter(address=address.lower())
        # Nothing leaves without a line that says so: should this fail, nothing is written out.
        activity.record_operator_action(
            activity.Event.LOG_EXPORTED, None, None, detail=f"{form}, on the server"
        )
        try:
            for line in exports.WRITERS[form](exports.audit_records(lines)):
                self.stdout.write(line, ending="")
            self.stdout.flush()
        except BrokenPipeError:
            # The reader closed the pipe early, as `head` does. Redirect, or Python reports it again at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))
