"""Joins a script with the modules it imports: browsers send one request for all of them, and see no comments.

All modules of a script then share one scope, so no two of them may declare the same name. A module that two scripts of
one page import runs once in each. A script that is joined exports nothing.
"""

import re
from pathlib import Path
from typing import Final

from rjsmin import jsmin

# An import, over one line or several. Modules name what they import as it is named where it is exported.
_IMPORT: Final = re.compile(r'^import \{[^}]*\} from "(\.[^"]+)";\n', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=\w)", re.MULTILINE)


def join(entry: Path) -> str:
    """One script out of a module and all that it imports, without comments and most of the space."""
    text = "".join(_EXPORT.sub("", _IMPORT.sub("", path.read_text())) for path in modules(entry))
    return str(jsmin(text))


def modules(entry: Path) -> list[Path]:
    """A module and all that it imports, in the order in which a browser runs them: each after those it needs."""
    found: dict[Path, None] = {}

    def visit(path: Path) -> None:
        for name in _IMPORT.findall(path.read_text()):
            visit((path.parent / name).resolve())
        found.setdefault(path)

    visit(entry.resolve())
    return list(found)
