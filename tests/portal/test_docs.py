"""The README and the docs name nothing that does not exist: files, anchors, commands, options, settings, checks."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

PROJECT = Path(__file__).resolve().parents[2]
PAGES = [PROJECT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")]
PAGES += sorted((PROJECT / "docs").rglob("*.md"))
SETTINGS = (PROJECT / "portal/settings.py").read_text()
EXAMPLE = (PROJECT / ".env.example").read_text()
# Read from the environment itself, because it says where the file of the others is.
NOT_IN_THE_FILE = {"ENV_FILE"}
# Names in capitals that begin like a setting and are none.
NO_SETTINGS = {"EMAIL_IN", "EMAIL_OUT"}

# Made by following a recipe, or by running a command.
BUILT = {"portal/formats/de/formats.py"}
CLASS = re.compile(r"`([A-Z]\w+)`")
CHECK_ID = re.compile(r"(?:portal|inbox)\.[EW](?:\d{3}|0NN)")

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


@cache
def text_of(page: Path) -> str:
    return page.read_text()


def prose_of(page: Path) -> str:
    """The page without its code blocks."""
    return re.sub(r"^```.*?^```$", "", text_of(page), flags=re.M | re.S)


@cache
def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives to the headings of the page."""
    headings = re.findall(r"^#+ (.+)$", prose_of(page), re.M)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)
    return set(plain)


def variables(text: str) -> set[str]:
    """The names that a file in the form of `.env` sets, or shows in a comment."""
    return set(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", text, re.M))


def read_from_environment() -> set[str]:
    calls = (node for node in ast.walk(ast.parse(SETTINGS)) if isinstance(node, ast.Call))
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "env" and call.args
        if isinstance(call.args[0], ast.Constant)
    }


@each_page
def test_each_link_leads_somewhere(page):
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"", prose_of(page)):
        path, _hash, anchor = "".join(target).partition("#")
        if path.startswith(("http://", "https://")):
            continue
        found = (page.parent / path).resolve() if path else page
        if not found.exists() or (anchor and anchor not in anchors(found)):
            broken.append("".join(target))
    assert broken == []


@each_page
def test_each_path_exists(page):
    named = re.findall(
        r"`((?:inbox|portal|templates|static|tests|docs|requirements)/[\w./-]*)`", text_of(page)
    )
    assert [path for path in named if not (PROJECT / path).exists() and path not in BUILT] == []


@each_page
def test_each_module_exists(page):
    """Named with dots, as in `portal.middleware.health`: a module, or something that one defines or imports."""
    named = set(re.findall(r"`((?:inbox|portal)(?:\.\w+)+)`", text_of(page)))
    assert {name for name in named if not (CHECK_ID.fullmatch(name) or is_defined(name))} == set()


def is_defined(name: str) -> bool:
    path = PROJECT / name.replace(".", "/")
    module, _dot, attribute = name.rpartition(".")
    if path.is_dir() or path.with_suffix(".py").is_file():
        return True
    inside = PROJECT / f"{module.replace('.', '/')}.py"
    return inside.is_file() and re.search(rf"\b{attribute}\b", inside.read_text()) is not None


@each_page
def test_each_make_target_exists(page):
    targets = set(re.findall(r"^([\w.\-/]+):", (PROJECT / "Makefile").read_text(), re.M))
    named = set(re.findall(r"(?:^|`)make ([\w.\-/]+)", text_of(page), re.M))
    assert named <= targets


@each_page
def test_each_management_command_exists_with_its_options(page):
    ours = {path.stem: path for path in PROJECT.glob("*/**/management/commands/[!_]*.py")}
    apps = get_commands()
    unknown = []
    for command, line in re.findall(r"manage\.py (\w+)(.*?)(?:`|#|$)", text_of(page), re.M):
        if command not in apps and command not in ours:
            unknown.append(command)
            continue
        known = options_of(apps[command], command) if command in apps else ours[command].read_text()
        unknown += [
            f"{command} {option}"
            for option in re.findall(r"(?<!-)--[a-z][a-z-]+", line)
            if option not in known
        ]
    assert unknown == []


@cache
def options_of(app: str, command: str) -> set[str]:
    parser = load_command_class(app, command).create_parser("manage.py", command)
    return {option for action in parser._actions for option in action.option_strings}


@each_page
def test_each_setting_exists(page):
    known = set(re.findall(r"[A-Z][A-Z_]+", SETTINGS)) | variables(EXAMPLE)
    beginnings = {name.split("_")[0] + "_" for name in variables(EXAMPLE) if "_" in name}
    named = {
        name
        for name in re.findall(r"\b[A-Z]+_[A-Z_]*[A-Z]\b", text_of(page))
        if name.startswith(tuple(beginnings)) and name not in NO_SETTINGS
    }
    assert named - known == set()


def test_the_example_of_an_environment_holds_each_variable_and_no_other():
    assert variables(EXAMPLE) == read_from_environment() - NOT_IN_THE_FILE


def test_each_variable_is_explained():
    text = "".join(text_of(page) for page in PAGES)
    assert {name for name in variables(EXAMPLE) if name not in text} == set()


@each_page
def test_each_check_exists(page):
    named = set(re.findall(r"\b(?:portal|inbox)\.[EW]\d{3}\b", text_of(page)))
    files = (path for folder in ("inbox", "portal") for path in (PROJECT / folder).rglob("*checks.py"))
    assert named <= {name for path in files for name in re.findall(r'"(\w+\.[EW]\d{3})"', path.read_text())}


@each_page
def test_each_logger_is_a_module_that_logs(page):
    for name in re.findall(r"logger\s+`([\w.]+)`", text_of(page)):
        path = PROJECT / f"{name.replace('.', '/')}.py"
        assert path.is_file() and "getLogger(__name__)" in path.read_text()


@each_page
def test_each_line_that_the_log_may_have_is_written_somewhere(page):
    """Quoted in part, or in full with values in place of `%s`."""
    quoted = [" ".join(line.split()) for line in re.findall(r"log says\s+`([^`]+)`", text_of(page))]
    patterns = [re.sub(r"%[sd]", ".+", re.escape(text)) for text in logged()]
    unknown = [
        line
        for line in quoted
        if not any(line in text for text in logged())
        and not any(re.fullmatch(known, line) for known in patterns)
    ]
    assert unknown == []


@cache
def logged() -> list[str]:
    """The first arguments of all calls such as `logger.warning("...")`."""
    that_log = [text for path in sources() if "getLogger" in (text := path.read_text())]
    calls = [node for text in that_log for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    of_loggers = [call for call in calls if ast.unparse(call.func).split(".")[0] in ("log", "logger")]
    texts = [
        argument.value for call in of_loggers for argument in call.args if isinstance(argument, ast.Constant)
    ]
    return [str(text) for text in texts]


@each_page
def test_each_error_that_the_log_may_name_is_a_class(page):
    known = {name for path in sources() for name in re.findall(r"^class (\w+)", path.read_text(), re.M)}
    named = {
        name for cell in column(page, "error", "logged as", "the log says") for name in CLASS.findall(cell)
    }
    assert named <= known


@each_page
def test_each_heading_that_a_page_may_show_is_shown_somewhere(page):
    words = "".join(path.read_text() for path in sources())
    assert [heading for heading in column(page, "the page says") if heading not in words] == []


def column(page: Path, *titles: str) -> list[str]:
    """The cells below these titles, in all tables of the page."""
    cells = []
    for table in re.findall(r"(?:^\|.*\n)+", text_of(page), re.M):
        heads, _line, *rows = [
            [cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()
        ]
        cells += [row[heads.index(title)] for title in titles if title in heads for row in rows]
    return cells


@cache
def sources() -> list[Path]:
    return [path for folder in ("inbox", "portal") for path in (PROJECT / folder).rglob("*.py")]


@pytest.mark.parametrize("page", sorted((PROJECT / "docs").rglob("*.md")), ids=lambda page: page.name)
def test_each_page_of_the_docs_ends_with_what_to_do_when_it_fails(page):
    assert re.findall(r"^## (.+)$", prose_of(page), re.M)[-1] == "When it fails"
