"""What a doctor reports of an installation. In English only, like the system checks: engineers search for its text."""

import enum
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


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


@dataclass(frozen=True)
class Report:
    findings: tuple[Finding, ...]

    @property
    def failures(self) -> int:
        """How many findings have to be mended."""
        return self._number(State.FAILURE)

    @property
    def verdict(self) -> str:
        """The whole in one line, which says "well" only if all of it is."""
        failures, warnings, unknowns = map(self._number, (State.FAILURE, State.WARNING, State.UNKNOWN))
        if not (failures or warnings or unknowns):
            return "All is well"
        parts = [f"{_things(failures, 'has', 'have')} to be mended"]
        if warnings:
            parts.append(f"{_things(warnings, 'is', 'are')} to be looked at")
        if unknowns:
            parts.append(f"{_things(unknowns, 'is', 'are')} not known")
        return ", ".join(parts)

    def _number(self, state: State) -> int:
        return sum(finding.state == state for finding in self.findings)


def _things(number: int, one: str, several: str) -> str:
    if not number:
        return f"Nothing {one}"
    return f"{number} thing {one}" if number == 1 else f"{number} things {several}"


def ok(topic: str, message: str, fix: str = "", snippet: str = "") -> Finding:
    return Finding(State.OK, topic, message, fix, snippet)


def warning(topic: str, message: str, fix: str = "", snippet: str = "") -> Finding:
    return Finding(State.WARNING, topic, message, fix, snippet)


def failure(topic: str, message: str, fix: str = "", snippet: str = "") -> Finding:
    return Finding(State.FAILURE, topic, message, fix, snippet)


def unknown(topic: str, message: str, fix: str = "", snippet: str = "") -> Finding:
    return Finding(State.UNKNOWN, topic, message, fix, snippet)


WORDS: Final = {State.OK: "ok", State.WARNING: "warning", State.FAILURE: "FAILURE", State.UNKNOWN: "unknown"}


def lines(finding: Finding, width: int = 100, words: Mapping[State, str] = WORDS) -> list[str]:
    """The finding as text, wrapped to a terminal's width; its snippet is on a line of its own, to be copied."""
    start = f"{words[finding.state]:<9}"
    text = _wrapped(f"{finding.topic}: {finding.message}", width, start)
    return [*text, *_wrapped(finding.fix, width, " " * len(start)), *filter(None, [finding.snippet])]


def _wrapped(text: str, width: int, start: str) -> list[str]:
    """`start` begins the first line; the others are indented by its width. URLs and names are not broken."""
    return textwrap.wrap(
        text,
        width,
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_long_words=False,
        break_on_hyphens=False,
    )
