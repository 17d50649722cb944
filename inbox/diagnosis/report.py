"""What a diagnosis reports. In English only, like the system checks: engineers read it, and search for its text."""

import enum
from dataclasses import dataclass


class State(enum.StrEnum):
    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"


@dataclass(frozen=True)
class Finding:
    """The result of one check.

    `fix` says what to do about it; `setting` is a line for the portal's environment, to be copied.
    """

    state: State
    topic: str
    message: str
    fix: str = ""
    setting: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of the report with names, types and numbers, never with the content of a message."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Report:
    """`steps` has the calls that were made, `findings` what follows from them, `tables` how fields were understood."""

    steps: Table
    findings: tuple[Finding, ...]
    tables: tuple[Table, ...]

    @property
    def failures(self) -> int:
        """How many findings have to be mended before consumers use the portal."""
        return sum(finding.state == State.FAILURE for finding in self.findings)


def ok(topic: str, message: str, fix: str = "", setting: str = "") -> Finding:
    return Finding(State.OK, topic, message, fix, setting)


def warning(topic: str, message: str, fix: str = "", setting: str = "") -> Finding:
    return Finding(State.WARNING, topic, message, fix, setting)


def failure(topic: str, message: str, fix: str = "", setting: str = "") -> Finding:
    return Finding(State.FAILURE, topic, message, fix, setting)
