"""The doctor's findings. In English only, like the system checks: engineers read them, and search for their text."""

import enum
from dataclasses import dataclass


class State(enum.StrEnum):
    OK = "ok"
    CHANGE = "change"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """The result of one check. `fix` says what to do about it; `snippet` is the text to write there, verbatim."""

    state: State
    topic: str
    message: str
    fix: str = ""
    snippet: str = ""


@dataclass(frozen=True)
class Report:
    findings: tuple[Finding, ...]

    @property
    def changes(self) -> int:
        """How many findings have to be changed before everything works."""
        return sum(finding.state == State.CHANGE for finding in self.findings)


def ok(topic: str, message: str, fix: str = "", snippet: str = "") -> Finding:
    return Finding(State.OK, topic, message, fix, snippet)


def change(topic: str, message: str, fix: str, snippet: str = "") -> Finding:
    return Finding(State.CHANGE, topic, message, fix, snippet)


def unknown(topic: str, message: str, fix: str = "", snippet: str = "") -> Finding:
    return Finding(State.UNKNOWN, topic, message, fix, snippet)
