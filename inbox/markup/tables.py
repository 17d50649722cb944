"""Tells tables of data from tables that only place things on a page, as most mail programs write them.

The first are shown as tables, with lines between their rows; the others as the lines of a page. HTML has an attribute
for the difference (`role="presentation"`), but few letters have it. So this looks at what the cells hold, as browsers
do for screen readers.
"""

import re
from dataclasses import dataclass, field

from inbox.markup.tokens import Kind, Token, attributes_of, decoded

# Classes that the sheet of styles knows. A letter cannot set them: its own are left out.
DATA = "data"  # A table of data.
WHOLE = "whole"  # A short cell with a number, which must not be broken.
LONG = "long"  # A cell with a word that must be broken.
SPACER = "spacer"  # A cell without words, outside tables of data.
CLASSES = {"table": {DATA}, "td": {WHOLE, LONG, SPACER}, "th": {WHOLE, LONG, SPACER}}

_DATUM = 160  # Characters. Longer cells are rather columns of a page than data.
_LINE = 30  # Characters of a word that no column is as wide as.
_SHORT = 24  # Characters of a date, an amount or a number of a policy.
_CELLS = {"td", "th"}
_HEADINGS = {"caption", "th", "thead"}
_BORDER = re.compile(r"\s*0*[1-9]")


@dataclass
class _Cell:
    index: int  # Of its tag.
    text: str = ""  # Its beginning.
    is_blank: bool = True
    has_long_word: bool = False

    def add(self, text: str) -> None:
        words = text.split()
        if words and len(self.text) <= _DATUM:
            self.text = f"{self.text} {' '.join(words)}".strip()
        self.is_blank = self.is_blank and not words
        self.has_long_word = self.has_long_word or any(len(word) > _LINE for word in words)

    def class_in_data(self) -> str | None:
        if self.has_long_word:
            return LONG
        return WHOLE if len(self.text) <= _SHORT and any(map(str.isdigit, self.text)) else None


@dataclass
class _Table:
    index: int  # Of its tag.
    attributes: dict[str, str]
    rows: list[list[_Cell]] = field(default_factory=list)
    has_headings: bool = False
    has_tables: bool = False  # Inside.

    @property
    def cells(self) -> list[_Cell]:
        return [cell for row in self.rows for cell in row]

    def open(self, name: str, index: int) -> None:
        self.has_headings = self.has_headings or name in _HEADINGS
        if name == "tr" or (name in _CELLS and not self.rows):
            self.rows.append([])
        if name in _CELLS:
            self.rows[-1].append(_Cell(index))

    def add(self, text: str) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1].add(text)

    def holds_data(self) -> bool:
        if self.has_tables or self.attributes.get("role", "").strip().lower() in {"none", "presentation"}:
            return False
        filled = [[cell for cell in row if not cell.is_blank] for row in self.rows]
        filled = [row for row in filled if row]
        columns = [len(row) for row in filled if len(row) > 1]
        if not columns:
            return False
        if self.has_headings or _BORDER.match(self.attributes.get("border", "")):
            return True
        # Two rows or more, most of them with several cells, and none of them long.
        is_regular = len(columns) >= 2 and len(filled) <= 2 * len(columns)
        return is_regular and all(len(cell.text) <= _DATUM for cell in self.cells)


def classes(tokens: list[Token]) -> dict[int, str]:
    """The class of each tag that gets one, by its index."""
    found: dict[int, str] = {}
    open_tables: list[_Table] = []
    for index, (kind, value, attributes) in enumerate(tokens):
        if kind is Kind.START and value == "table":
            open_tables.append(_Table(index, attributes_of(attributes)))
        elif not open_tables:
            continue
        elif kind is Kind.TEXT:
            open_tables[-1].add(decoded(value))
        elif kind is Kind.END and value == "table":
            _close(open_tables, found)
        elif kind is Kind.START and value == "img":
            open_tables[-1].add(attributes_of(attributes).get("alt", ""))
        elif kind is Kind.START:
            open_tables[-1].open(value, index)
    while open_tables:
        _close(open_tables, found)
    return found


def _close(open_tables: list[_Table], found: dict[int, str]) -> None:
    table = open_tables.pop()
    holds_data = table.holds_data()
    if holds_data:
        found[table.index] = DATA
    for cell in table.cells:
        if name := cell.class_in_data() if holds_data else SPACER if cell.is_blank else None:
            found[cell.index] = name
    if open_tables:
        open_tables[-1].has_tables = True
        if not all(cell.is_blank for cell in table.cells):
            open_tables[-1].add("table")
