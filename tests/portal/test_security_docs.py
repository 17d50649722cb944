"""docs/security.md names every clause that a reviewer goes through, and no test that does not exist."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PAGE = (PROJECT / "docs/security.md").read_text()
# The numbers of all clauses of levels 1 and 2 in OWASP's Application Security Verification Standard 5.0.
CLAUSES = (Path(__file__).with_name("data") / "asvs-5.0-levels-1-and-2.txt").read_text().split()
CONTROLS = PAGE.split("\n## Controls")[1].split("\n## Accepted risks")[0]
RISKS = PAGE.split("\n## Accepted risks")[1].split("\n## ")[0]


@cache
def names_defined_in(path: str) -> set[str]:
    tree = ast.parse((PROJECT / path).read_text())
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def clauses_in(text: str) -> list[str]:
    """The numbers in the first column."""
    cells = (line.split("|")[1] for line in text.splitlines() if line.startswith("| "))
    return [number for cell in cells for number in re.findall(r"\d+\.\d+\.\d+", cell)]


def test_each_test_that_is_named_exists():
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)
    missing = [f"{path}::{name}" for path, name in named if name not in names_defined_in(path)]
    assert len(named) > 100 and missing == []


def test_each_clause_is_in_the_tables_once():
    found = Counter(clauses_in(CONTROLS))
    assert set(found) == set(CLAUSES) and max(found.values()) == 1


def test_each_control_is_shown_by_a_test_or_says_whose_it_is():
    """A test, a target of make, a page, or the word that the company decides."""
    rows = [line for line in CONTROLS.split("Not applicable:")[0].splitlines() if re.match(r"\| \d", line)]
    unproved = [row for row in rows if not re.search(r"tests/|make \w+|\]\(|\*operation\*", row)]
    assert len(rows) > 80 and unproved == []


def test_each_deviation_is_an_accepted_risk():
    deviating = [line for line in CONTROLS.splitlines() if "*deviation*" in line]
    accepted = set(clauses_in(RISKS))
    assert deviating and [row for row in deviating if accepted.isdisjoint(clauses_in(row))] == []
