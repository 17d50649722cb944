from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from portal.accounts.signup import bulk


class Command(BaseCommand):
    help = (
        "Invite all people in a CSV file. It needs a column email, and may have first_name and last_name. Invalid lines"
        " are reported and skipped."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="only report; send no invitations")

    def handle(self, **options: object) -> None:
        try:
            review = bulk.review(_read(Path(str(options["file"]))))
        except (OSError, bulk.Unreadable) as error:
            raise CommandError(str(error)) from None
        bad = list(review.bad)
        if not options["dry_run"]:
            bad += bulk.invite_all(review.good)
        for problem in sorted(bad, key=lambda problem: problem.number):
            self.stdout.write(str(problem))
        number = len(review.good) + len(review.bad) - len(bad)
        self.stdout.write(f"{number} can be invited." if options["dry_run"] else f"{number} invited.")
        if bad:
            raise CommandError(f"Lines that cannot be used: {len(bad)}.")


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(bulk.MAX_BYTES + 1)
