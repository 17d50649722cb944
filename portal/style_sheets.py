"""What collecting makes of the style sheets: without comments and needless space, and one request for two of them."""

import re
from typing import Final

_TEXT: Final = r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'"""
_COMMENT_OR_SPACE: Final = re.compile(rf"({_TEXT})|(?:/\*.*?(?:\*/|\Z)|\s)+", re.DOTALL)
_NEEDLESS: Final = re.compile(rf"({_TEXT})|(?<=[:;,{{}}]) | (?=[{{}}])|;(?= ?\}})")
# With these a sheet does not mean the same within another one.
_STANDS_ALONE: Final = re.compile(r"@(?:import|charset|layer|namespace)\b", re.IGNORECASE)
_RELATIVE: Final = re.compile(r"""\burl\(\s*(["']?)(?!["'/#]|[a-z][a-z0-9+.-]*:)""", re.IGNORECASE)
IMPORT_OF_THEME: Final = '@import "../brand/theme.css";'


def shorten(sheet: str) -> str:
    """The same sheet without comments and most of its space."""
    plain = _COMMENT_OR_SPACE.sub(lambda found: found[1] or " ", sheet).strip()
    return _NEEDLESS.sub(lambda found: found[1] or "", plain)


def with_theme(sheet: str, theme: str) -> str:
    """A sheet of the folder `css` with the company's theme in place of its import, if that means the same.

    A theme that imports others, or whose brackets do not match, stays a file of its own: nothing after it would hold.
    """
    if _STANDS_ALONE.search(shorten(theme)) or not _is_closed(theme):
        return sheet
    return sheet.replace(IMPORT_OF_THEME, _RELATIVE.sub(r"url(\1../brand/", theme), 1)


def _is_closed(sheet: str) -> bool:
    if sheet.count("/*") != sheet.count("*/"):
        return False
    depth = 0
    for bracket in re.findall(r"[{}]", re.sub(_TEXT, "", shorten(sheet))):
        depth += 1 if bracket == "{" else -1
        if depth < 0:
            return False
    return depth == 0
