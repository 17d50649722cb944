"""Which tests must run on PostgreSQL as well as on SQLite.

The two differ in locks, constraints, transactions, subqueries and JSON. A module of the product that relies on any of
these is named by a marker of a test that proves it on PostgreSQL:

    pytestmark = pytest.mark.postgresql("inbox.outgoing.sending")

A test that itself relies on them carries the marker, too.
"""

import ast
from pathlib import Path

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


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def names_in(tree: ast.Module) -> set[str]:
    """Every name, attribute and keyword argument."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.keyword(arg=str(name)):
                found.add(name)
    return found


def markers_in(tree: ast.Module) -> list[ast.expr]:
    """`pytest.mark.postgresql`, with or without its arguments."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "postgresql"]


def proved_in(tree: ast.Module) -> set[str]:
    """The modules that the markers of a test file name."""
    return {
        argument.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "postgresql"
        for argument in node.args
        if isinstance(argument, ast.Constant)
    }


def product_modules() -> dict[str, Path]:
    paths = [path for package in ("inbox", "portal") for path in (PROJECT / package).rglob("*.py")]
    relative = {str(path.relative_to(PROJECT)): path for path in paths if "migrations" not in path.parts}
    return {
        name.removesuffix(".py").removesuffix("/__init__").replace("/", "."): path
        for name, path in relative.items()
        if not name.startswith(ALWAYS_SQLITE)
    }


def test_every_module_that_relies_on_the_database_is_proved_on_postgresql():
    relying = {name for name, path in product_modules().items() if DIFFERS & names_in(tree_of(path))}
    proved = {name for path in (PROJECT / "tests").rglob("test_*.py") for name in proved_in(tree_of(path))}
    missing, needless = relying - proved, proved - relying
    assert not missing, f"Mark the tests of these with pytest.mark.postgresql and the name: {sorted(missing)}"
    assert not needless, f"These do not exist, or do not rely on what differs: {sorted(needless)}"


def test_every_test_that_relies_on_the_database_itself_carries_the_marker():
    unmarked = [
        str(path.relative_to(PROJECT))
        for path in (PROJECT / "tests").rglob("test_*.py")
        if DIFFERS & names_in(tree := tree_of(path)) and not markers_in(tree)
    ]
    assert sorted(unmarked) == []
