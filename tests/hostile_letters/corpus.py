"""Hostile content of letters, by class: text files of one line for each, which is all that a new class needs.

A line is a name, a colon and what the letter holds: as its HTML, as its text, as its subject, as a name, and wherever
else text of strangers is shown. In it stand

    RUN        for script that leaves a trace in the window that ran it: the number of the class
    SPY        for a server elsewhere and a path with that number; NUMBER for the number alone
    {U+202E}   for a character
    {300*x}    for as many repetitions, after characters were put in
    {base64:x} for x in base64

What is in these files was written for this project, after the kinds of faults that webmail programs have had.
"""

import base64
import re
from dataclasses import dataclass
from pathlib import Path

ELSEWHERE = "spy.example"
TRACE = "ran"  # The property of a window that RUN sets.
SPIED = "/spy/"  # In each address that nobody may ask for.

_CHARACTER = re.compile(r"\{U\+([0-9A-F]{4,6})\}")
_REPETITION = re.compile(r"\{(\d+)\*([^}]*)\}")
_BASE64 = re.compile(r"\{base64:([^}]*)\}")


@dataclass(frozen=True)
class Hostile:
    """A class. `number` is its place in the corpus, from 1."""

    number: int
    name: str
    template: str

    def content(self, host: str = ELSEWHERE) -> str:
        """What the letter holds, with `host` in the place of the server elsewhere."""
        text = self.template.replace("RUN", f"top.{TRACE}={self.number}")
        text = text.replace("SPY", f"{host}{SPIED}{self.number}").replace("NUMBER", str(self.number))
        text = _CHARACTER.sub(lambda match: chr(int(match[1], 16)), text)
        text = _REPETITION.sub(lambda match: int(match[1]) * match[2], text)
        return _BASE64.sub(lambda match: base64.b64encode(match[1].encode()).decode(), text)


def _read() -> list[Hostile]:
    files = sorted((Path(__file__).parent / "classes").glob("*.txt"))
    lines = [line for file in files for line in file.read_text(encoding="utf-8").split("\n")]
    pairs = [line.split(": ", 1) for line in lines if line and not line.startswith("#")]
    return [Hostile(number, name, template) for number, (name, template) in enumerate(pairs, 1)]


CORPUS = _read()
