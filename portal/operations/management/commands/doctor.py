"""Examines the whole installation, and prints what is wrong and what to do about it."""

import json
import sys
from argparse import ArgumentParser
from typing import Final

from django.core.management.base import BaseCommand
from django.utils import timezone

from portal.findings import State, lines
from portal.operations.doctor import Report, examine

_STYLES: Final = {
    State.FAILURE: "ERROR",
    State.WARNING: "WARNING",
    State.UNKNOWN: "NOTICE",
    State.OK: "SUCCESS",
}


class Command(BaseCommand):
    help = (
        "Examine the whole installation: settings, database, Redis, email, the Secure Email API, proxies, keys, static"
        " files, deliver and tidy, disk, clocks. It only reads, but for a row with the time. Exits with 1 if something"
        " has to be mended, or could not be found out."
    )
    # One of the examinations: a wrong setting must not keep the others from being made.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the report as JSON")
        parser.add_argument(
            "--address",
            default="",
            help="a consumer who has received and sent mail: also asks the API for it, as check_securemail does",
        )
        parser.add_argument(
            "--securebox", default="", help="the API's name of the box to ask in; without it, the default box"
        )

    def handle(self, *, address: str, securebox: str, **options: object) -> None:
        report = examine(address, securebox)
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(report), indent=2, ensure_ascii=False))
        else:
            self._print(report)
        if not report.is_well:
            sys.exit(1)

    def _print(self, report: Report) -> None:
        for finding in report.findings:
            style = getattr(self.style, _STYLES[finding.state])
            first, *rest = lines(finding)
            # Only the word at the beginning is coloured.
            self.stdout.write("\n".join([style(first[:9]) + first[9:], *rest]))
        self.stdout.write(f"{report.verdict}.")


def _as_json(report: Report) -> dict[str, object]:
    findings = [
        {name: getattr(finding, name) for name in ("state", "topic", "message", "fix", "snippet")}
        for finding in report.findings
    ]
    return {
        "at": timezone.now().isoformat(timespec="seconds"),
        "seconds": round(report.seconds, 1),
        "is_well": report.is_well,
        "verdict": report.verdict,
        "findings": findings,
    }
