"""Examines the settings with the system checks, which also stop a server that would start with an error."""

from collections.abc import Iterator
from typing import Final

from django.core.checks import CheckMessage, run_checks

from portal.findings import Finding, failure, ok, warning

TOPIC: Final = "Settings"
_FIX: Final = "Correct it in the portal's environment or its .env, and restart all processes."
# Said by an examination of its own, with more about it.
_ELSEWHERE: Final = ("inbox.W011",)


def look() -> Iterator[Finding]:
    # No database: what is asked of that, `database` asks.
    found = [
        message
        for message in run_checks(databases=[])
        if not message.is_silenced() and message.id not in _ELSEWHERE
    ]
    if not found:
        yield ok(TOPIC, "Each setting is there, and none is dangerous.")
    for message in found:
        yield finding(message)


def finding(message: CheckMessage) -> Finding:
    """A system check's message as a finding of the doctor."""
    report = failure if message.is_serious() else warning
    return report(TOPIC, f"{message.msg} ({message.id})", message.hint or _FIX)
