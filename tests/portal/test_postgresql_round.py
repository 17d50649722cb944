"""Which tests must run on PostgreSQL as well as on SQLite.

The two differ in locks, constraints, transactions, subqueries and JSON. A module of the product that relies on any of
these is named by a marker of a test that proves it on PostgreSQL:

    pytestmark = pytest.mark.postgresql("inbox.outgoing.sending")

A test that itself relies on them carries the marker, too.
"""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.support import rounds

PROJECT = Path(__file__).resolve().parents[2]
DIFFERS = {
    "CheckConstraint",
    "F",
    "IntegrityError",
    "JSONField",
    "OuterRef",
    "UniqueConstraint",
    "atomic",
    "cursor",
    "durable",
    "get_or_create",
    "select_for_update",
    "update_or_create",
}
# The sandbox and the demo have SQLite databases of their own.
ALWAYS_SQLITE = ("portal/sandbox/", "portal/demo/")


@dataclass(frozen=True)
class Facts:
    """What a file says: whether it relies on what differs, carries the marker, and which modules its markers name."""

    relies: bool
    is_marked: bool
    proved: frozenset[str]


@cache
def facts_of(path: Path) -> Facts:
    tree = ast.parse(path.read_text())
    markers = [
        node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "postgresql"
    ]
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.func in markers]
    named = {argument.value for call in calls for argument in call.args if isinstance(argument, ast.Constant)}
    return Facts(bool(DIFFERS & names_in(tree)), bool(markers), frozenset(named))


def names_in(tree: ast.Module) -> set[str]:
    """Every name, attribute and keyword argument."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.keyword(arg=str(name)):
                found.add(name)
    return found


def files_with_tests() -> list[Path]:
    return sorted((PROJECT / "tests").rglob("test_*.py"))


def product_modules() -> dict[str, Path]:
    paths = [path for package in ("inbox", "portal") for path in (PROJECT / package).rglob("*.py")]
    relative = {str(path.relative_to(PROJECT)): path for path in paths if "migrations" not in path.parts}
    return {
        name.removesuffix(".py").removesuffix("/__init__").replace("/", "."): path
        for name, path in relative.items()
        if not name.startswith(ALWAYS_SQLITE)
    }


def test_every_module_that_relies_on_the_database_is_proved_on_postgresql():
    relying = {name for name, path in product_modules().items() if facts_of(path).relies}
    proved = {name for path in files_with_tests() for name in facts_of(path).proved}
    missing, needless = relying - proved, proved - relying
    assert not missing, f"Mark the tests of these with pytest.mark.postgresql and the name: {sorted(missing)}"
    assert not needless, f"These do not exist, or do not rely on what differs: {sorted(needless)}"


def test_every_test_that_relies_on_the_database_itself_carries_the_marker():
    facts = {path: facts_of(path) for path in files_with_tests()}
    assert [
        str(path.relative_to(PROJECT)) for path, said in facts.items() if said.relies and not said.is_marked
    ] == []


@pytest.mark.parametrize("order", [1, -1])
def test_a_variant_that_is_left_to_the_proof_takes_no_other_ones_place(order):
    long = SimpleNamespace(nodeid="test_a[long]", get_closest_marker={"proof": True}.get)
    short = SimpleNamespace(nodeid="test_a[short]", get_closest_marker={}.get)
    items = [long, short][::order]
    config = SimpleNamespace(option=SimpleNamespace(markexpr="postgresql and not proof"))
    rounds.pytest_collection_modifyitems(items, config)
    assert items == [short]
