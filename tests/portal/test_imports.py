"""The rules in `import_rules.py` on which module may import which. CONTRIBUTING.md shows the most important ones."""

import ast
import re
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from django.conf import settings

from tests.portal.import_rules import ALLOWED, APPS, FORBIDDEN, LEAVES, OURS, RESERVED

PROJECT = Path(__file__).resolve().parents[2]


@cache
def imports(path):
    names = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return names


def is_within(name, package):
    return name == package or name.startswith(f"{package}.")


def modules(*places):
    for place in places:
        found = PROJECT / place
        yield from [found] if found.is_file() else sorted(found.rglob("*.py"))


@pytest.mark.parametrize("place", FORBIDDEN)
def test_no_module_imports_what_is_forbidden_for_it(place):
    files = list(modules(place))
    assert files, f"{place} is no longer there"
    breaches = [
        f"{path.relative_to(PROJECT)} imports {name}"
        for path in files
        for name in imports(path)
        if any(is_within(name, forbidden) for forbidden in FORBIDDEN[place])
        and not any(is_within(name, leaf) for leaf in LEAVES)
    ]
    assert breaches == []


@pytest.mark.parametrize("place", ALLOWED)
def test_a_separate_site_imports_only_what_it_may(place):
    files = list(modules(place))
    assert files, f"{place} is no longer there"
    breaches = [
        f"{path.relative_to(PROJECT)} imports {name}"
        for path in files
        for name in imports(path)
        if any(is_within(name, ours) for ours in OURS)
        and name != "portal.demo"  # `from portal.demo import cast` imports the package too.
        if not any(is_within(name, allowed) for allowed in ALLOWED[place])
    ]
    assert breaches == []


@pytest.mark.parametrize("name", RESERVED)
def test_a_reserved_module_is_imported_only_where_it_may_be(name):
    allowed = set(modules(*RESERVED[name]))
    breaches = [
        str(path.relative_to(PROJECT))
        for path in modules("inbox", "portal")
        if path not in allowed and any(is_within(found, name) for found in imports(path))
    ]
    assert breaches == []


def test_the_internals_of_allauth_are_imported_in_one_module():
    """A new release may change them without notice; tests/accounts/test_allauth_compat.py says what we rely on."""
    only = PROJECT / "portal/accounts/allauth_compat.py"
    breaches = [
        f"{path.relative_to(PROJECT)} imports {name}"
        for path in modules("inbox", "portal", "tests")
        if "internal" in path.read_text()
        for name in imports(path)
        if is_within(name, "allauth") and "internal" in name.split(".") and path != only
    ]
    assert breaches == []


def test_the_flat_modules_of_portal_import_no_app():
    """They stand below the apps. The exceptions only wire them together: URLs, the start of the app."""
    wiring = {"urls.py", "apps.py"}
    breaches = [
        f"{path.relative_to(PROJECT)} imports {name}"
        for path in sorted((PROJECT / "portal").glob("*.py"))
        for name in imports(path)
        if path.name not in wiring and any(is_within(name, app) for app in APPS)
    ]
    assert breaches == []


def _modules_by_name():
    for path in modules("inbox", "portal"):
        if "migrations" not in path.parts:
            parts = path.relative_to(PROJECT).with_suffix("").parts
            yield ".".join(part for part in parts if part != "__init__"), path


def _imported_at_start(path):
    """What a module imports as soon as it is imported itself: not in functions, and not for type checking only."""
    pending = list(ast.parse(path.read_text()).body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.If | ast.Try):
            pending += ast.iter_child_nodes(node)


def _module(name, known):
    """The module of ours from which something is imported, or None."""
    while name and name not in known:
        name = name.rpartition(".")[0]
    return name or None


def _app(name):
    """The app of a module; "portal" for what stands below the apps, and nothing for what wires them together."""
    if name in ("portal.urls", "portal.apps") or is_within(name, "portal.management"):
        return None
    return next((app for app in APPS if is_within(name, app)), "portal")


@pytest.mark.parametrize("group", [str, _app], ids=["modules", "apps"])
def test_no_imports_run_in_a_circle(group):
    names = dict(_modules_by_name())
    graph = {}
    for name, path in names.items():
        found = {_module(imported, names) for imported in _imported_at_start(path)} - {None}
        graph.setdefault(group(name), set()).update({group(other) for other in found} - {group(name)})
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(map(str, reversed(error.args[1]))))


def test_a_portal_runs_neither_the_sandbox_nor_the_demo():
    """No app of theirs is installed, and no module outside them imports one."""
    theirs = ("portal.sandbox", "portal.demo")
    assert [app for app in settings.INSTALLED_APPS if any(is_within(app, their) for their in theirs)] == []
    breaches = [
        f"{path.relative_to(PROJECT)} imports {name}"
        for path in modules("inbox", "portal")
        if not path.is_relative_to(PROJECT / "portal/management")
        and not any(path.is_relative_to(PROJECT / their.replace(".", "/")) for their in theirs)
        for name in imports(path)
        if any(is_within(name, their) for their in theirs)
    ]
    assert breaches == []


def test_every_function_has_a_return_type():
    untyped = [
        f"{path.relative_to(PROJECT)}:{node.lineno} {node.name}"
        for path in modules("inbox", "portal")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns is None
    ]
    assert untyped == []


def test_a_mailbox_gets_the_client_in_one_place():
    tree = ast.parse((PROJECT / "inbox/access/mailbox.py").read_text())
    names = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
    assert names.count("get_client") == 1


def test_a_mailbox_is_made_in_one_place():
    makers = [
        str(path.relative_to(PROJECT))
        for path in modules("inbox", "portal")
        if "Mailbox(" in path.read_text()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "Mailbox"
    ]
    assert makers == ["inbox/access/opening.py"]


def test_the_table_in_contributing_says_what_these_rules_enforce():
    """Each module that the table forbids is forbidden here, and each place with a rule has a row, or a folder's row."""
    rows = re.findall(r"^\| (`.*?) \|.*\| (.*) \|$", (PROJECT / "CONTRIBUTING.md").read_text(), re.M)
    table = {place: re.findall(r"`([\w.]+)`", never) for first, never in rows for place in names(first)}
    unproved = [
        f"{path.relative_to(PROJECT)}: {name}"
        for place, forbidden in table.items()
        for name in forbidden
        for path in modules(place)
        if not any(
            is_within(name, kept) for rule in FORBIDDEN if covers(rule, path) for kept in FORBIDDEN[rule]
        )
    ]
    assert unproved == []
    assert [
        rule for rule in (*FORBIDDEN, *ALLOWED) if not any(covers(place, PROJECT / rule) for place in table)
    ] == []


def names(cell):
    return re.findall(r"`([\w./]+)`", cell)


def covers(place, path):
    """Whether this path is the place, or lies in it."""
    return f"{path}/".startswith(f"{PROJECT / place}/")
