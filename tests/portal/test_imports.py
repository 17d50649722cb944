"""Rules on which module may import which. CONTRIBUTING.md shows the most important ones."""

import ast
import re
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
OURS = ("inbox", "portal", "tests")
APPS = ("inbox", "portal.accounts", "portal.demo", "portal.embed", "portal.sandbox")

_HTTP_OF_THE_CLIENT = (
    "inbox.securemail.client",
    "inbox.securemail.connections",
    "inbox.securemail.responses",
    "inbox.securemail.transport",
    "requests",
    "urllib3",
)

# What a module, or each module of a package, must not import.
FORBIDDEN = {
    "inbox/securemail": (
        "django",
        "allauth",
        "portal",
        "inbox.access",
        "inbox.gateway",
        "inbox.models",
        "inbox.views",
    ),
    # The message side knows nothing of HTTP, and the HTTP side nothing of messages.
    "inbox/securemail/models.py": ("inbox.securemail", "requests", "urllib3"),
    "inbox/securemail/values.py": _HTTP_OF_THE_CLIENT,
    "inbox/securemail/fields.py": _HTTP_OF_THE_CLIENT,
    "inbox/securemail/parsing.py": _HTTP_OF_THE_CLIENT,
    "inbox/securemail/connections.py": ("inbox.securemail", "pydantic"),
    "inbox/securemail/transport.py": (
        "inbox.securemail.client",
        "inbox.securemail.fields",
        "inbox.securemail.models",
        "inbox.securemail.parsing",
        "inbox.securemail.responses",
        "pydantic",
    ),
    "inbox/gateway.py": ("inbox.views", "inbox.forms", "inbox.access", "portal"),
    "inbox/access.py": ("inbox.views", "inbox.forms", "inbox.outgoing", "requests"),
    "inbox/models.py": (
        "inbox.access",
        "inbox.forms",
        "inbox.outgoing",
        "inbox.securemail",
        "inbox.views",
        "requests",
    ),
    "inbox/rendering.py": ("inbox", "portal"),
    "inbox/resilience": ("inbox.access", "inbox.forms", "inbox.models", "inbox.outgoing", "inbox.views"),
    "inbox/resilience/breaker.py": ("django", "portal", "inbox.access", "inbox.gateway"),
    "inbox/resilience/bulkhead.py": ("django", "portal", "inbox.access", "inbox.gateway"),
    "inbox/resilience/channel.py": ("portal", "inbox.access", "inbox.models", "inbox.views"),
    "inbox/references.py": ("inbox.views", "inbox.gateway", "inbox.access", "inbox.models"),
    "inbox/forms.py": ("inbox.access", "inbox.gateway", "inbox.securemail", "inbox.views", "requests"),
    "inbox/outgoing": (
        "inbox.views",
        "inbox.forms",
        "inbox.gateway",
        "inbox.resilience.channel",
        "inbox.securemail.client",
        "inbox.securemail.transport",
        "inbox.securemail.SecureMailClient",
        "django.http.HttpResponse",
        "django.shortcuts",
        "requests",
    ),
    "inbox/outgoing/schedule.py": ("inbox.access", "inbox.outgoing", "inbox.securemail", "portal"),
    "inbox/outgoing/content.py": ("inbox.access", "inbox.securemail", "portal.accounts"),
    # Changes of state know no request, no API call and no page.
    "inbox/outgoing/transitions.py": (
        "django.http",
        "inbox.access",
        "inbox.securemail",
        "inbox.unread",
        "portal.accounts",
    ),
    "portal/encryption.py": ("inbox", "portal"),
    "inbox/secret_scanner.py": ("django", "portal", "inbox"),
    "inbox/unread.py": ("inbox.views", "inbox.forms", "inbox.gateway", "inbox.securemail.client"),
    "inbox/views": ("inbox.gateway", "inbox.securemail.client", "inbox.securemail.transport", "requests"),
    "portal/accounts": ("inbox", "portal.sandbox", "portal.embed", "portal.demo", "requests"),
    "portal/accounts/models": ("portal.accounts.sessions", "portal.accounts.login", "portal.accounts.views"),
    "portal/accounts/validators.py": ("portal.accounts.models", "portal.accounts.views"),
    "portal/accounts/allauth_compat.py": ("portal", "inbox"),
    "portal/accounts/forms": ("portal.accounts.views", "portal.accounts.admin"),
    "portal/accounts/login": ("portal.accounts.views", "portal.accounts.admin", "portal.accounts.signup"),
    "portal/accounts/sessions": (
        "portal.accounts.views",
        "portal.accounts.admin",
        "portal.accounts.forms",
        "portal.accounts.login",
        "portal.accounts.signup",
    ),
    "portal/accounts/signup": ("portal.accounts.views", "portal.accounts.admin", "portal.accounts.forms"),
    "portal/accounts/audit": (
        "portal.accounts.admin",
        "portal.accounts.emails",
        "portal.accounts.federation",
        "portal.accounts.forms",
        "portal.accounts.login",
        "portal.accounts.permissions",
        "portal.accounts.signup",
        "portal.accounts.views",
    ),
    "portal/accounts/permissions.py": (
        "portal.accounts.federation",
        "portal.accounts.forms",
        "portal.accounts.login",
        "portal.accounts.signup",
        "portal.accounts.views",
    ),
    "portal/accounts/admin": ("portal.accounts.federation", "portal.accounts.login", "portal.accounts.views"),
    "portal/accounts/federation": (
        "portal.accounts.forms",
        "portal.accounts.permissions",
        "portal.accounts.views",
    ),
    "portal/accounts/federation/handoff": ("portal.accounts.federation.oidc",),
    "portal/accounts/federation/oidc": ("portal.accounts.federation.handoff",),
    # The model of a company's key imports it.
    "portal/accounts/federation/handoff/key_validation.py": ("portal", "inbox"),
    "portal/embed": (
        "inbox.gateway",
        "inbox.models",
        "inbox.outgoing",
        "inbox.securemail",
        "inbox.resilience.channel",
        "inbox.views",
        "portal.sandbox",
        "requests",
    ),
    "portal/embed/origins.py": ("portal.accounts", "portal.embed"),
    "portal/embed/models.py": ("inbox", "portal.accounts", "portal.embed.frames", "portal.embed.views"),
    "portal/embed/frames.py": ("inbox", "portal.accounts", "portal.embed.middleware", "portal.embed.views"),
    "portal/embed/frame_policy.py": ("inbox", "portal.embed.middleware", "portal.embed.views"),
    "portal/embed/views": ("inbox", "portal.embed.admin", "portal.embed.doctor", "portal.embed.middleware"),
    "portal/embed/doctor": ("inbox", "portal.embed.admin", "portal.embed.views"),
    # Pure functions of text: what the doctor parses comes from strangers, and is tested without a database.
    "portal/embed/doctor/csp.py": ("django", "inbox", "portal"),
    "portal/embed/doctor/markup.py": ("django", "inbox", "portal"),
    "portal/sandbox": (
        "inbox",
        "portal.accounts",
        "portal.demo",
        "portal.embed",
        "portal.settings",
        "requests",
    ),
    "portal/sandbox/store.py": ("django.http", "portal.sandbox.api", "portal.sandbox.control"),
    # The demo talks to the sandbox over HTTP, and fills the portal with management commands.
    "portal/demo": ("inbox", "portal.sandbox", "requests"),
}
# The demo's website stands for a company's own server: these are the only modules of the project it may import.
ALLOWED = {"portal/demo/website": ("portal.demo.website", "portal.demo.cast", "portal.demo.data_folder")}
# Modules that only these places may import.
RESERVED = {
    "requests": ("inbox/securemail",),
    "urllib3": ("inbox/securemail",),
    "inbox.gateway": (
        "inbox/access.py",
        "inbox/checks.py",
        "inbox/resilience/channel.py",
        "inbox/management/commands/check_securemail.py",
    ),
    "inbox.resilience.channel": ("inbox/access.py",),
    "inbox.outgoing.transitions": ("inbox/outgoing",),
    # No page or command outside the admin depends on it.
    "portal.accounts.admin": ("portal/accounts/admin", "portal/embed/admin.py", "inbox/admin.py"),
    "portal.demo": ("portal/demo", "portal/management/commands/demo.py"),
    "django.utils.safestring": ("inbox/rendering.py",),
}


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


def test_every_function_has_a_return_type():
    untyped = [
        f"{path.relative_to(PROJECT)}:{node.lineno} {node.name}"
        for path in modules("inbox", "portal")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns is None
    ]
    assert untyped == []


def test_a_mailbox_gets_the_client_in_one_place():
    tree = ast.parse((PROJECT / "inbox/access.py").read_text())
    names = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
    assert names.count("get_client") == 1


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
    return path.is_relative_to(PROJECT / place)
