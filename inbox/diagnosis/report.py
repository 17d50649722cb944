"""What a diagnosis reports: findings, and tables."""

from dataclasses import dataclass

from portal.findings import Finding, State


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
