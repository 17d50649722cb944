"""Leaves out what the sender of a letter has hidden.

Hidden are the line that mail programs show in a list ("preheader"), the variant for another screen, and pictures that
count readers. Styles in a <style> element are not read: mail programs drop them, so senders hide with the attribute.
`mso-hide` is none of it: it hides from Outlook what all other programs show.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from inbox.markup.tokens import Kind, Token, attributes_of

VOID = set(
    "area base basefont bgsound br col embed hr img input keygen link meta param source track wbr".split()
)
_NEVER_SHOWN = {"datalist", "template", "xml"}  # The last is Word's: its settings.
# The end tags that may be left out, and the elements whose beginning stands for them.
_BLOCKS = set("blockquote div dl h1 h2 h3 h4 h5 h6 hr ol p pre table ul".split())
_CELLS, _ROWS = {"td", "th", "tr", "tbody", "tfoot", "thead"}, {"tr", "tbody", "tfoot", "thead"}
_CLOSED_BY = {"p": _BLOCKS, "li": {"li"}, "dt": {"dt", "dd"}, "dd": {"dt", "dd"}, "option": {"option"}}
_CLOSED_BY |= {"td": _CELLS, "th": _CELLS, "tr": _ROWS}

_MAY_HIDE = re.compile("[Hh][Ii][Dd][Dd][Ee][Nn]|[Ss][Tt][Yy][Ll][Ee]")
_DECLARATION = re.compile(r"([a-z-]+)\s*:\s*([^;]*)")
_MAX_STYLE = 2_000  # Characters.
_ZERO = re.compile(r"(?:0+(?:\.0*)?|\.0+)(?:[a-z]{2,3}|%)?(?:\s|!|$)")
_AT_MOST_ONE = re.compile(r"(?:0*1(?:\.0*)?|0*\.[0-9]+)p[xt](?:\s|!|$)")

# Why something cannot be seen, as flags. What is inside inherits them.
_WHOLE = 1  # Nothing that is inside can be seen.
_UNSEEN = 2  # Unless it is made visible again.
_TINY = 4  # The letters, unless they are made larger again. Layouts do so to close the gaps between columns.


def visible(found: Iterable[Token]) -> Iterator[Token]:
    """The tags and texts that are not hidden."""
    elements = _Open()
    for token in found:
        kind, name, attributes = token
        if kind is Kind.TEXT:
            shown = not elements.hiding
        elif kind is Kind.START:
            shown = elements.start(name, attributes)
        else:
            shown = elements.end(name)
        if shown:
            yield token


class _Open:
    """The elements that are open, and whether they are hidden."""

    def __init__(self) -> None:
        self.hiding = 0  # The flags of the innermost.
        self._outside: list[tuple[str, int]] = []  # The names of all, and the flags around each.
        self._count: Counter[str] = Counter()

    def start(self, name: str, attributes: str) -> bool:
        """Whether the tag is shown."""
        while self._outside and name in _CLOSED_BY.get(self._outside[-1][0], ()):
            self._pop()
        hiding = _hiding(name, attributes, self.hiding)
        if name in VOID:
            return not hiding & (_WHOLE | _UNSEEN)
        self._outside.append((name, self.hiding))
        self._count[name] += 1
        self.hiding = hiding
        return not hiding & _WHOLE

    def end(self, name: str) -> bool:
        """Whether the tag is shown: whether what it ends was."""
        if not self._count[name]:
            return not self.hiding & _WHOLE
        while self._outside[-1][0] != name:
            self._pop()
        was_hidden = self.hiding & _WHOLE
        self._pop()
        return not was_hidden

    def _pop(self) -> None:
        name, self.hiding = self._outside.pop()
        self._count[name] -= 1


def _hiding(name: str, attributes: str, outside: int) -> int:
    if outside & _WHOLE or name in _NEVER_SHOWN:
        return _WHOLE
    if not attributes or not _MAY_HIDE.search(attributes):
        return outside
    found = attributes_of(attributes)
    style = dict(_DECLARATION.findall(found.get("style", "")[:_MAX_STYLE].lower()))
    if _hides_all(style) or ("hidden" in found and "display" not in style):
        return _WHOLE
    return _of_letters(style, outside)


def _hides_all(style: dict[str, str]) -> bool:
    if style.get("display", "").startswith("none") or _ZERO.match(style.get("opacity", "")):
        return True
    is_flat = _ZERO.match(style.get("max-height", "")) or _ZERO.match(style.get("height", ""))
    return bool(is_flat) and style.get("overflow", "").startswith("hidden")


def _of_letters(style: dict[str, str], outside: int) -> int:
    hiding = outside
    if visibility := style.get("visibility"):
        hiding &= ~_UNSEEN
        if visibility.startswith(("hidden", "collapse")):
            hiding |= _UNSEEN
    if size := style.get("font-size", style.get("font", "")):
        hiding &= ~_TINY
        if _ZERO.match(size) or _AT_MOST_ONE.match(size):
            hiding |= _TINY
    return hiding
