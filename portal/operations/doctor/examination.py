"""Runs examinations at the same time, each within its deadline. What does not answer is left behind."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import DatabaseError, connections

from portal import findings
from portal.findings import Finding, State, unknown

logger = logging.getLogger(__name__)

SECONDS: Final = 6.0  # For most examinations: less than a person waits.

_ORDER: Final = (State.FAILURE, State.WARNING, State.UNKNOWN, State.OK)


@dataclass(frozen=True)
class Examination:
    """Of one part of the installation. `look` may take `seconds`, and raise anything."""

    topic: str
    look: Callable[[], Iterable[Finding]]
    seconds: float = SECONDS


@dataclass(frozen=True)
class Report(findings.Report):
    """`seconds` is how long the examinations took, together."""

    seconds: float

    @property
    def is_well(self) -> bool:
        """Whether nothing has to be mended, as far as all of it could be found out."""
        return not any(finding.state in (State.FAILURE, State.UNKNOWN) for finding in self.findings)


def run(examinations: Sequence[Examination]) -> Report:
    """The findings of all, with what has to be mended first."""
    began = time.monotonic()
    running = [_Running(examination) for examination in examinations]
    for each in running:
        each.start()
    found = [finding for each in running for finding in each.findings(began)]
    found.sort(key=lambda finding: _ORDER.index(finding.state))
    return Report(tuple(found), time.monotonic() - began)


class _Running(threading.Thread):
    """A daemon: one that hangs keeps neither the command nor a server from ending."""

    def __init__(self, examination: Examination) -> None:
        super().__init__(name=f"doctor: {examination.topic}", daemon=True)
        self._examination = examination
        self._ended = threading.Event()
        self._found: list[Finding] = []

    def run(self) -> None:
        topic = self._examination.topic
        try:
            self._found += self._examination.look()
        except DatabaseError:
            self._found.append(
                unknown(
                    topic, "It takes the database to tell.", "Mend the database first, and run this again."
                )
            )
        except Exception as error:
            logger.exception("The doctor could not examine: %s", topic)
            name = type(error).__name__
            self._found.append(
                unknown(topic, f"The examination itself failed ({name}).", "The log says where.")
            )
        finally:
            connections.close_all()
            self._ended.set()

    def findings(self, began: float) -> list[Finding]:
        """What was found, or that nothing was within the examination's time."""
        seconds = self._examination.seconds
        if self._ended.wait(max(0.0, began + seconds - time.monotonic())):
            return self._found
        message = (
            f"No result within {seconds:g} s: something it asks accepts connections and does not answer."
        )
        return [
            *self._found,
            unknown(
                self._examination.topic, message, "See what is slow or frozen there, and run this again."
            ),
        ]
