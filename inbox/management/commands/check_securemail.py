"""Asks the Secure Email API, and says what works and how its answers were understood. It only reads."""

from argparse import ArgumentParser
from collections.abc import Iterable, Iterator

from django.core.management.base import BaseCommand, CommandError

from inbox.diagnosis import MAX_CALLS, Table, diagnose, find_box
from portal.findings import lines


class Command(BaseCommand):
    help = (
        "Check the connection to the Secure Email API, and show how its fields are understood."
        f" It only reads, with {MAX_CALLS} calls at most."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--address", required=True, help="a consumer who has received and sent mail")
        parser.add_argument(
            "--securebox",
            default="",
            help="the API's name of the box, or name@connection; without it, the default box",
        )

    def handle(self, *, address: str, securebox: str, **_: object) -> None:
        try:
            report = diagnose(address, find_box(securebox))
        except ValueError as error:
            raise CommandError(str(error)) from None
        for table in (report.steps, *report.tables):
            self._print(_table(table))
        for finding in report.findings:
            self._print(lines(finding))
        if report.failures:
            raise CommandError(f"{report.verdict} before customers use the portal.")
        self.stdout.write(self.style.SUCCESS(f"{report.verdict}."))

    def _print(self, text: Iterable[str]) -> None:
        for line in text:
            self.stdout.write(line)


def _table(table: Table) -> Iterator[str]:
    yield table.title.upper()
    rows = (table.headings, *table.rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "   ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
    if table.note:
        yield table.note
    yield ""
