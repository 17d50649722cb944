"""Checks a page of a company's website with the embed doctor, and prints its report."""

import textwrap
from argparse import ArgumentParser
from typing import Final

from django.core.management.base import BaseCommand, CommandError

from portal.embed.doctor import Finding, State, diagnose

_WIDTH: Final = 80
_STATES: Final = {State.OK: "ok", State.FAILURE: "CHANGE", State.UNKNOWN: "unknown"}
_INDENT: Final = " " * 9


class Command(BaseCommand):
    help = "Check whether a page of a company's website can show the portal. It only reads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url", help="the URL of the page, for example https://www.example.com/messages/")
        parser.add_argument(
            "--token",
            default="",
            help="a token signed by the company's server, to be checked but not used",
        )

    def handle(self, *, url: str, token: str, **_: object) -> None:
        report = diagnose(url, token)
        for finding in report.findings:
            for line in lines(finding):
                self.stdout.write(line)
        if report.changes:
            raise CommandError(f"To be changed: {report.changes}.")
        self.stdout.write(self.style.SUCCESS("Nothing has to be changed."))


def lines(finding: Finding) -> list[str]:
    """The finding, wrapped to the terminal's width. Its snippet stays on one line, so that it can be copied."""
    text = _wrapped(f"{finding.topic}: {finding.message}", f"{_STATES[finding.state]:<9}")
    snippet = [f"{_INDENT}{finding.snippet}"] if finding.snippet else []
    return text + _wrapped(finding.fix, _INDENT) + snippet


def _wrapped(text: str, start: str) -> list[str]:
    """`start` begins the first line; the others are indented by its width. URLs and names are not broken."""
    rest = " " * len(start)
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=start,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
