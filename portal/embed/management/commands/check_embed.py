"""Looks at a page of a company's website, and says what of embedding works there and what has to be changed."""

import textwrap
from argparse import ArgumentParser
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
            for line in lines(finding):
                self.stdout.write(line)
        if report.changes:
            raise CommandError(f"To be changed: {report.changes}.")
        self.stdout.write(self.style.SUCCESS("Nothing has to be changed."))


def lines(finding: Finding) -> list[str]:
    """The finding as it is printed. What is to be written somewhere stays one line, for it is there to be copied."""
    said = _wrapped(f"{finding.topic}: {finding.what}", f"{_STATES[finding.state]:<9}")
    written = [f"{_INDENT}{finding.write}"] if finding.write else []
    return said + _wrapped(finding.mend, _INDENT) + written


def _wrapped(text: str, start: str) -> list[str]:
    """Addresses and names are not broken."""
    rest = " " * len(start)
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=start,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
