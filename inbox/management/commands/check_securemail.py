"""Asks the Secure Email API, and says what works and how its answers were understood. It only reads."""

import textwrap
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Final

from django.core.management.base import BaseCommand, CommandError

from inbox.diagnosis import MAX_CALLS, Finding, State, Table, diagnose, find_box

_WIDTH: Final = 100
_STATES: Final = {State.OK: "ok", State.WARNING: "warning", State.FAILURE: "FAILURE"}
_INDENT: Final = " " * 9


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
            self._print(_finding(finding))
        if report.failures:
            raise CommandError(f"To be mended before customers use the portal: {report.failures}.")
        self.stdout.write(self.style.SUCCESS("All is well."))

    def _print(self, lines: Iterator[str]) -> None:
        for line in lines:
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


def _finding(finding: Finding) -> Iterator[str]:
    """Wrapped to the terminal's width, except what is to be copied."""
    yield from _wrapped(f"{finding.topic}: {finding.message}", f"{_STATES[finding.state]:<9}")
    yield from _wrapped(finding.fix, _INDENT)
    if finding.snippet:
        yield finding.snippet


def _wrapped(text: str, start: str) -> list[str]:
    """`start` begins the first line; the others are indented by its width."""
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_long_words=False,
        break_on_hyphens=False,
    )
