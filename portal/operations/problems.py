"""What is not well, in words: the findings at the top of the operators' page.

Each names the alert whose paragraph in the runbook (docs/operations.md) says what to do.
"""

from collections.abc import Iterator
from typing import Final

from portal.findings import Finding, failure, warning
from portal.heartbeats import DELIVER
from portal.operations.overview import BoxReport, Health, Overview, ProgramReport

_HEALTH: Final = {
    Health.REFUSED: ("the API refuses the portal, until an operator mends that", "SecureboxUpstreamRefused"),
    Health.PAUSED: ("no calls are made, since the last ones failed", "SecureboxBreakerOpen"),
    Health.FAILING: ("many of the last calls failed", "SecureboxUpstreamFailing"),
}


def problems(overview: Overview) -> tuple[Finding, ...]:
    """Empty if all is well."""
    return (*_portal(overview), *_mails(overview), *_programs(overview), *_boxes(overview))


def _portal(overview: Overview) -> Iterator[Finding]:
    if overview.pages.is_bad:
        yield failure("Pages", "Some of the last pages were errors of the portal.", _see("SecureboxErrors"))
    if overview.sign_ins.is_bad:
        message = "More sign-ins than usual fail."
        yield warning("Sign-ins", message, _see("SecureboxSignInFailures"))


def _mails(overview: Overview) -> Iterator[Finding]:
    if overview.mails.waits_too_long:
        yield failure(
            "Mails", "Mails with codes are not sent: people wait for them.", _see("SecureboxMailsWaiting")
        )


def _programs(overview: Overview) -> Iterator[Finding]:
    for program in overview.programs:
        if problem := _problem_of(program):
            kind = failure if program.name == DELIVER else warning
            yield kind(f"manage.py {program.name}", problem, _see(_ALERTS[program.name]))


_ALERTS: Final = {"deliver": "SecureboxDeliverSilent", "tidy": "SecureboxTidySilent"}


def _problem_of(program: ProgramReport) -> str:
    if program.last is None:
        return "It has never run."
    if program.is_silent:
        return "It does not run any more: it has given no sign of life for too long."
    return f"Its last round failed: {program.last.outcome}." if program.has_failed else ""


def _boxes(overview: Overview) -> Iterator[Finding]:
    for box in overview.boxes:
        yield from _box(box)


def _box(box: BoxReport) -> Iterator[Finding]:
    title = box.securebox.title
    for what, health in (("Reading", box.reading), ("Sending", box.sending)):
        if health.is_bad:
            message, alert = _HEALTH[health]
            yield failure(title, f"{what}: {message}.", _see(alert))
    if box.waits_too_long:
        yield failure(title, "Messages wait for too long.", _see("SecureboxOutgoingWaiting"))


def _see(alert: str) -> str:
    return f"See {alert} in the runbook, docs/operations.md."
