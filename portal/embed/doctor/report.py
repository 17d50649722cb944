"""The doctor's findings."""

from dataclasses import dataclass

from portal.findings import Finding, State


@dataclass(frozen=True)
class Report:
    findings: tuple[Finding, ...]

    @property
    def changes(self) -> int:
        """How many findings have to be changed before everything works."""
        return sum(finding.state == State.FAILURE for finding in self.findings)
