"""What was found out about a website. In English, like the system checks: engineers read it, and search for it."""

import enum
from dataclasses import dataclass


class State(enum.StrEnum):
    OK = "ok"
    CHANGE = "change"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `mend` says what to do about it, `write` what to write there, letter by letter."""

    state: State
    topic: str
    what: str
    mend: str = ""
    write: str = ""


@dataclass(frozen=True)
class Report:
    findings: tuple[Finding, ...]

    @property
    def changes(self) -> int:
        """How many things have to be changed before all works."""
        return sum(finding.state == State.CHANGE for finding in self.findings)


def ok(topic: str, what: str, mend: str = "", write: str = "") -> Finding:
    return Finding(State.OK, topic, what, mend, write)


def change(topic: str, what: str, mend: str, write: str = "") -> Finding:
    return Finding(State.CHANGE, topic, what, mend, write)


def unknown(topic: str, what: str, mend: str = "", write: str = "") -> Finding:
    return Finding(State.UNKNOWN, topic, what, mend, write)
