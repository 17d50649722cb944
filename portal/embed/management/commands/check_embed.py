"""Looks at a page of a company's website, and says what of embedding works there and what has to be changed."""

import textwrap
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Final

from django.core.management.base import BaseCommand, CommandError

from portal.embed.doctor import Finding, State, examine

_WIDTH: Final = 80
_STATES: Final = {State.OK: "ok", State.CHANGE: "CHANGE", State.UNKNOWN: "unknown"}
_INDENT: Final = " " * 9


class Command(BaseCommand):
    help = "Check whether a page of a company's website can show the portal. It only reads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url", help="the address of the page, as in https://www.example.com/messages/")
        parser.add_argument(
            "--token",
            default="",
            help="a token that the company's server signed, to be looked at and not used",
        )

    def handle(self, *, url: str, token: str, **_: object) -> None:
        report = examine(url, token)
        for finding in report.findings:
            for line in _lines(finding):
                self.stdout.write(line)
        if report.changes:
            raise CommandError(f"To be changed: {report.changes}.")
        self.stdout.write(self.style.SUCCESS("Nothing has to be changed."))


def _lines(finding: Finding) -> Iterator[str]:
    yield from _wrapped(f"{finding.topic}: {finding.what}", f"{_STATES[finding.state]:<9}")
    if finding.mend:
        yield from _wrapped(finding.mend, _INDENT)
    if finding.write:
        yield from _wrapped(finding.write, f"{_INDENT}    ")


def _wrapped(text: str, start: str) -> list[str]:
    """Addresses and names are not broken: they are there to be copied."""
    rest = " " * len(start)
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=start,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
