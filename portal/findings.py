"""What a doctor reports of an installation. In English only, like the system checks: engineers search for its text."""

import enum
from dataclasses import dataclass


class State(enum.StrEnum):
    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """The result of one check. `fix` says what to do about it; `snippet` is the text to write there, verbatim."""

    state: State
    topic: str
    message: str
    fix: str = ""
    snippet: str = ""


def ok(topic: str, message: str, fix: str = "", snippet: str = "") -> Finding:
    return Finding(State.OK, topic, message, fix, snippet)


def warning(topic: str, message: str, fix: str = "", snippet: str = "") -> Finding:
    return Finding(State.WARNING, topic, message, fix, snippet)


def failure(topic: str, message: str, fix: str = "", snippet: str = "") -> Finding:
    return Finding(State.FAILURE, topic, message, fix, snippet)


def unknown(topic: str, message: str, fix: str = "", snippet: str = "") -> Finding:
    return Finding(State.UNKNOWN, topic, message, fix, snippet)
