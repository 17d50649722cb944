"""Checks a page of a company's website with the embed doctor, and prints its report."""

from argparse import ArgumentParser
from typing import Final

from django.core.management.base import BaseCommand, CommandError

from portal.embed.doctor import diagnose
from portal.findings import WORDS, State, lines

_WIDTH: Final = 80
_STATES: Final = {**WORDS, State.FAILURE: "CHANGE"}


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
            for line in lines(finding, _WIDTH, _STATES):
                self.stdout.write(line)
        if report.failures:
            raise CommandError(f"{report.verdict}.")
        self.stdout.write(self.style.SUCCESS(f"{report.verdict}."))
