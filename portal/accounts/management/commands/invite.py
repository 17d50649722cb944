from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Final

from django.core.management.base import BaseCommand, CommandError

from portal.accounts.emails import delivery
from portal.accounts.models import PortalMail
from portal.accounts.signup import bulk
from portal.accounts.signup.csv_file import Unreadable

_PROGRESS_EVERY: Final = 5_000  # Lines.
_MAIL_SECONDS: Final = 20  # What is not mailed by then is left to `manage.py deliver`.


class Command(BaseCommand):
    help = (
        "Invite all people in a CSV file of any length. It needs a column email, and may have first_name and last_name."
        " Lines that cannot be used are reported and skipped. It may be interrupted and run again: people who are"
        " invited already are skipped."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="only report; send no invitations")

    def handle(self, *, file: Path, dry_run: bool, **options: object) -> None:
        counts: Counter[str] = Counter()
        try:
            for review in bulk.review_in_batches(file):
                self._batch(review, counts, dry_run=dry_run)
        except (OSError, Unreadable) as error:
            raise CommandError(str(error)) from None
        self._conclude(counts, dry_run=dry_run)

    def _batch(self, review: bulk.Review, counts: Counter[str], *, dry_run: bool) -> None:
        failed = [] if dry_run else bulk.invite_all(review.good)
        for problem in sorted([*review.bad, *failed], key=lambda problem: problem.number):
            self.stdout.write(str(problem))
            counts["skipped" if problem.is_done else "failed"] += 1
        counts["invited"] += len(review.good) - len(failed)
        read, before = counts.total(), counts.total() - len(review.good) - len(review.bad)
        if read // _PROGRESS_EVERY > before // _PROGRESS_EVERY:
            self.stderr.write(f"{read} lines read, {counts['failed']} of them cannot be used")

    def _conclude(self, counts: Counter[str], *, dry_run: bool) -> None:
        self.stdout.write(f"{counts['invited']} {'can be invited' if dry_run else 'invited'}.")
        if counts["skipped"]:
            self.stdout.write(f"Skipped, because they are invited already: {counts['skipped']}.")
        if not dry_run:
            delivery.send_due(seconds=_MAIL_SECONDS)
            if waiting := PortalMail.objects.filter(kind=PortalMail.Kind.INVITATION).count():
                self.stdout.write(
                    f"Mails that wait for the mail server: {waiting}. “manage.py deliver” sends them."
                )
        if counts["failed"]:
            raise CommandError(f"Lines that cannot be used: {counts['failed']}.")
