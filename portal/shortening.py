"""Makes a script shorter: names that no one outside it can see, and the space in its style sheets.

A name is replaced throughout the script, so scopes do not matter; but only where it is certain that it never names a
property, which a string, another script or the browser might use. Minifiers that rename are programs of their own: as a
library, the smallest would add eight megabytes and six threads to each process.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, product
from string import ascii_letters
from typing import Final

from portal import style_sheets

_TOKEN: Final = re.compile(
    r"""
    "(?:[^"\\\n]|\\.)*" | `(?:[^`\\]|\\.)*`                  # a text
    | (?<=[(,=:&|!?])/(?:\\.|\[[^\]\n]*\]|[^/\\\n])+/           # a pattern
    | \#?[A-Za-z_$][\w$]* | \.\.\. | \s+ | .
    """,
    re.VERBOSE,
)
_DECLARED: Final = re.compile(r"\b(?:function|class|const|let) (\w+)")
_METHOD: Final = re.compile(r"(?<!function )\b(\w+)\([^()]*\)\{")
_STYLE_SHEET: Final = re.compile(r"(?<=\.replaceSync\(`)[^`]+")


def shorten(text: str) -> str:
    """The same script without comments, as `portal.scripts.join` returns it."""
    text = _STYLE_SHEET.sub(lambda sheet: style_sheets.shorten(sheet[0]), text)
    tokens = _TOKEN.findall(text)
    private = {token for token in tokens if token[0] == "#"}
    names = set(_DECLARED.findall(text)) - _visible_names(tokens) - set(_METHOD.findall(text))
    short = _pair(sorted(names), set(tokens))
    short |= {
        f"#{name}": f"#{letter}"
        for name, letter in _pair([name[1:] for name in sorted(private)], set()).items()
    }
    return "".join(short.get(token, token) for token in tokens)


def _visible_names(tokens: list[str]) -> set[str]:
    """Every word in a text or a pattern, and every name that is a property somewhere, or may be one."""
    found: set[str] = set()
    code = [token for token in tokens if not token.isspace()]
    for before, token, after in zip(["", *code], code, [*code[1:], ""], strict=False):
        is_key = after == ":" or (before in ("{", ",") and after in (",", "}", "="))
        if token[0] in '"`/':
            found.update(re.findall(r"\w+", token))
        elif before == "." or is_key:
            found.add(token)
    return found


def _pair(names: Iterable[str], taken: set[str]) -> dict[str, str]:
    free = (name for name in _short_names() if name not in taken)
    return dict(zip(names, free, strict=False))


def _short_names() -> Iterator[str]:
    reserved = {"as", "do", "if", "in", "of"}
    pairs = map("".join, product(ascii_letters, repeat=2))
    return (name for name in chain(ascii_letters, pairs) if name not in reserved)
