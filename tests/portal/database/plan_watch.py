"""Asks PostgreSQL how it would find the rows of each statement that the body runs."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from tests.portal.database.million_rows import BIG

_PLANNED = ("SELECT", "UPDATE", "DELETE", "WITH")


@dataclass(frozen=True)
class Statement:
    """`pages` are the blocks of 8 kB that it looked at; None where it was not run for the count."""

    sql: str
    plan: dict[str, Any]
    pages: int | None = None
    milliseconds: float | None = None

    @property
    def cost(self) -> float:
        return float(self.plan["Total Cost"])

    @property
    def scanned(self) -> list[str]:
        """The big tables that it reads from the beginning, and not only until it has enough rows."""
        return sorted(_scanned(self.plan, stops_early=False))

    def __str__(self) -> str:
        return f"cost {self.cost:.0f}, pages {self.pages}, {self.milliseconds} ms: {self.sql[:600]}"


@dataclass
class Watch:
    statements: list[Statement] = field(default_factory=list)


@contextmanager
def plans(*, runs: bool = False) -> Iterator[Watch]:
    """With `runs`, each statement that only reads is also run for the plan, so that what it looks at can be counted."""
    watch, is_explaining = Watch(), False

    def explain(proceed: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal is_explaining
        if not is_explaining and sql.startswith(_PLANNED) and not many:
            is_explaining = True
            try:
                watch.statements.append(_explained(sql, params, runs=runs and sql.startswith("SELECT")))
            finally:
                is_explaining = False
        return proceed(sql, params, many, context)

    with connection.execute_wrapper(explain):
        yield watch


def _explained(sql: str, params: Any, *, runs: bool) -> Statement:
    options = "ANALYZE, BUFFERS, TIMING OFF, " if runs else ""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN ({options}FORMAT JSON) {sql}", params)
        (answer,) = cursor.fetchone()
    (explained,) = json.loads(answer) if isinstance(answer, str) else answer
    plan = explained["Plan"]
    pages = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] if runs else None
    return Statement(sql, plan, pages, explained.get("Execution Time"))


def _scanned(node: dict[str, Any], *, stops_early: bool) -> Iterator[str]:
    stops_early = stops_early or node["Node Type"] == "Limit"
    if node["Node Type"] in ("Sort", "Incremental Sort", "Hash", "Aggregate"):
        stops_early = False  # It needs all rows before it gives its first.
    if node["Node Type"] == "Seq Scan" and node["Relation Name"] in BIG and not stops_early:
        yield node["Relation Name"]
    for part in node.get("Plans", ()):
        yield from _scanned(part, stops_early=stops_early)
