"""What a diagnosis reports: findings, and tables."""

from dataclasses import dataclass

from portal.findings import Report as _Findings


@dataclass(frozen=True)
class Table:
    """Rows of the report with names, types and numbers, never with the content of a message."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Report(_Findings):
    """`steps` has the calls that were made, `findings` what follows from them, `tables` how fields were understood."""

    steps: Table
    tables: tuple[Table, ...]
