"""Estimates what an HTML parser builds from a sequence of tags, without building it.

Parsers repair broken markup as the HTML standard says (html.spec.whatwg.org, section 13.2.6): formatting that a block
has closed is opened again in each following one, formatting that overlaps a block is split, and what stands between the
cells of a table is moved before it. A few kilobytes can so become gigabytes.
"""

from collections import Counter
from collections.abc import Set

MAX_REPAIRS = 20_000  # Elements. Each is one that a parser opens again, splits or moves.

FORMATTING = {"a", "b", "em", "i", "s", "small", "strong", "u"}  # Of those that the standard calls so.
TABLE = {"caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"}

_VOID = {"br", "hr"}
_CLOSE_P = set("blockquote dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre table ul".split())
_BLOCKS = frozenset(_CLOSE_P | TABLE)
_BETWEEN_CELLS = {"table", "tbody", "tfoot", "thead", "tr"}
# The elements that hide those around them: a tag does not close an element outside of them.
_CELL = frozenset({"caption", "table", "td", "th"})
_HIDING = {
    "li": _CELL | {"ol", "ul"},
    "dd": _CELL | {"dl"},
    "dt": _CELL | {"dl"},
    **dict.fromkeys(("abbr", "del", "ins", "q", "span", "sub", "sup"), _BLOCKS),
    **dict.fromkeys(TABLE, frozenset({"table"})),
}
_CLOSE_EACH_OTHER = {"li": ("li",), "dd": ("dd", "dt"), "dt": ("dd", "dt")}
# The parts of a table, and the elements that they stand in.
_PARENTS = {
    "td": _BETWEEN_CELLS,
    "th": _BETWEEN_CELLS,
    "tr": _BETWEEN_CELLS - {"tr"},
    "caption": {"table"},
    "tbody": {"table"},
    "tfoot": {"table"},
    "thead": {"table"},
}


class TooManyRepairs(Exception):
    """There would be more than MAX_REPAIRS."""


class ParserModel:
    """The elements that are open in a parser."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._count: Counter[str] = Counter()
        # Formatting that a block has closed, and that the next words open again.
        self._reopened_next: list[str] = []
        self._repairs = 0

    @property
    def depth(self) -> int:
        return len(self._open)

    def text(self, text: str) -> None:
        if self._is_between_cells() and not text.isspace():
            self._repair(1)
        self._reopen()

    def start(self, name: str) -> None:
        if name in _PARENTS:
            if not self._count["table"]:
                return
            while self._open[-1] not in _PARENTS[name]:
                self._pop()
        elif self._is_between_cells():
            self._repair(1)
        if name in _CLOSE_P:
            self._close("p")
        for other in _CLOSE_EACH_OTHER.get(name, ()):
            self._close(other, hiding=_BLOCKS - {"div", "p"})
        if name not in _BLOCKS:
            self._reopen()
        if name not in _VOID:
            self._push(name)

    def end(self, name: str) -> None:
        if name in FORMATTING:
            self._end_formatting(name)
        else:
            self._close(name)

    def _end_formatting(self, name: str) -> None:
        if name in self._reopened_next:
            self._reopened_next.remove(name)
            return
        index = self._find(name, _CELL)
        if index is None:
            return
        if not _BLOCKS.isdisjoint(self._open[index:]):
            self._repair(8)  # The standard's "adoption agency algorithm" splits it so many times at most.
        del self._open[index]
        self._count[name] -= 1

    def _close(self, name: str, hiding: Set[str] | None = None) -> None:
        index = self._find(name, hiding or _HIDING.get(name, _CELL))
        if index is None:
            return
        inside = [other for other in self._open[index:] if other in FORMATTING]
        while len(self._open) > index:
            self._pop()
        if name not in TABLE:
            self._reopened_next += inside

    def _find(self, name: str, hiding: Set[str]) -> int | None:
        """The index of the innermost open element of this name, unless one of `hiding` is around the current one."""
        if not self._count[name]:
            return None
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index] == name:
                return index
            if self._open[index] in hiding:
                return None
        return None

    def _reopen(self) -> None:
        if not self._reopened_next:
            return
        for name in self._reopened_next:
            # The standard's "Noah's Ark clause": of equal elements, three are opened again at most.
            if self._count[name] < 3:
                self._push(name)
                self._repair(1)
        self._reopened_next.clear()

    def _is_between_cells(self) -> bool:
        return bool(self._open) and self._open[-1] in _BETWEEN_CELLS

    def _push(self, name: str) -> None:
        self._open.append(name)
        self._count[name] += 1

    def _pop(self) -> None:
        self._count[self._open.pop()] -= 1

    def _repair(self, elements: int) -> None:
        self._repairs += elements
        if self._repairs > MAX_REPAIRS:
            raise TooManyRepairs
