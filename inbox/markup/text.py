"""HTML as plain text."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from inbox.markup.letter import alternative
from inbox.markup.reduction import CONTROLS, SECTIONS, safe_link
from inbox.markup.tokens import Kind, Token, attributes_of, decoded
from portal.characters import has_visible, tidied

_MAX_QUOTED = 8  # Levels of "> "; a body could consist of nothing but nested quotes.
_MAX_INDENTED = 8  # Levels of lists in lists.
_MAX_ADDRESS = 500  # Characters. A longer one says nothing to a reader.
_SPACES = re.compile("[ \t\n\f\r]+")  # White space of HTML; a no-break space is none.

_LINE, _PARAGRAPH = 1, 2  # What begins with the next word.
_BREAKS = dict.fromkeys(
    SECTIONS | set("body caption dd div dt li optgroup tbody tfoot thead tr".split()), _LINE
)
_BREAKS |= dict.fromkeys(
    "blockquote dl h1 h2 h3 h4 h5 h6 hr listing ol p plaintext pre table textarea ul xmp".split(), _PARAGRAPH
)
_CELLS = {"td", "th"}
_LISTS = {"dir", "menu", "ol", "ul"}
_PREFORMATTED = {"listing", "plaintext", "pre", "textarea", "xmp"}
# How Outlook and others write a paragraph that is only a line.
_NO_MARGIN = re.compile(r"MsoNormal|margin(?:-bottom)?\s*:\s*0", re.IGNORECASE)
_BEFORE_ADDRESS = re.compile(r"(?:https?://|mailto:|tel:)?(?:www\.)?", re.IGNORECASE)


def text_of(tokens: list[Token], *, links: bool = False, max_size: int | None = None) -> str:
    """The words, in lines; only the first `max_size` characters.

    `links`: behind the words of a link stands its address, unless these words are the address.
    """
    # Without a single tag, it is plain text under a wrong name.
    page = _Page(links, preformatted=all(kind is Kind.TEXT for kind, _, _ in tokens))
    for kind, value, attributes in tokens:
        if kind is Kind.TEXT:
            page.write(tidied(decoded(value)))
        elif kind is Kind.START:
            page.start(value, attributes)
        else:
            page.end(value)
        if max_size is not None and page.size > max_size:
            break
    return page.text()[:max_size]


@dataclass
class _Link:
    address: str
    words: list[str] = field(default_factory=list)

    def says_more(self) -> bool:
        """Whether its address is something else than its words."""
        words = "".join(self.words)
        return has_visible(words) and _bare(words) != _bare(unquote(self.address))


def _bare(address: str) -> str:
    return re.sub(r"[\W_]+", "", _BEFORE_ADDRESS.sub("", address.strip(), count=1)).lower()


class _Page:
    """Lines of text, as they would stand on a page."""

    def __init__(self, links: bool, preformatted: bool) -> None:
        self.size = 0
        self._links = links
        self._lines: list[tuple[int, str]] = []  # The levels of quotes, and the words.
        self._line: list[str] = []
        self._has_words = False  # The line.
        self._mark = ""  # Of the item of a list that begins with the next word.
        self._break = 0
        self._preformatted = int(preformatted)
        self._begins_preformatted = False
        self._quoted = 0
        self._lists: list[
            int | None
        ] = []  # The number of the last item, for each list that is open and numbered.
        self._paragraph = _PARAGRAPH  # The margin of the last one.
        self._lines_before_row: int | None = -1  # None until it has words.
        self._begins_cell = False
        self._link: _Link | None = None

    def start(self, name: str, attributes: str) -> None:
        if name == "br":
            self._apply_break()
            self._end_line(even_if_empty=True)
        elif name == "img":
            if words := alternative(attributes):
                self.write(f" {tidied(words)} ")
        elif name == "a":
            self._end_link()
            address = safe_link(attributes_of(attributes).get("href", "")) if self._links else ""
            self._link = _Link(address) if 0 < len(address) <= _MAX_ADDRESS else None
        elif name in _CELLS:
            self._begin_cell()
        elif name in CONTROLS:
            self.write(" ")
        elif name in _BREAKS:
            self._begin_block(name, attributes)

    def end(self, name: str) -> None:
        if name == "a":
            self._end_link()
        elif name in _CELLS:
            self._begins_cell = False
        elif name in _BREAKS:
            self._end_block(name)

    def write(self, text: str) -> None:
        if not self._preformatted:
            text = _SPACES.sub(" ", text)
            if text in ("", " "):
                self._line.append(text)
                return
        elif self._begins_preformatted:
            text = text.removeprefix("\n")
        self.size += len(text)
        self._begin_words()
        if self._link:
            self._link.words.append(text)
        first, *others = text.split("\n")
        self._line.append(first)
        for other in others:
            self._end_line(even_if_empty=True)
            self._line.append(other)

    def text(self) -> str:
        self._end_line()
        lines = [f"{'> ' * min(quoted, _MAX_QUOTED)}{words}".rstrip() for quoted, words in self._lines]
        return "\n".join(lines).strip("\n")

    def _begin_block(self, name: str, attributes: str) -> None:
        if name == "p":
            self._paragraph = _LINE if _NO_MARGIN.search(attributes) else _PARAGRAPH
        # What begins a cell stands beside the cell before it.
        if not self._begins_cell or name == "table":
            self._break_by(self._margin(name))
        if name == "table":
            self._end_line()
            self._lines_before_row = None
        elif name == "tr":
            self._end_row()
            self._lines_before_row = None
        elif name == "li":
            self._end_line()
            self._mark = self._next_mark()
        elif name in _LISTS:
            self._lists.append(_number_before_first(attributes) if name == "ol" else None)
        elif name == "blockquote":
            self._end_line()
            self._quoted += 1
        elif name in _PREFORMATTED:
            self._end_line()
            self._preformatted += 1
            self._begins_preformatted = True

    def _end_block(self, name: str) -> None:
        if name in _LISTS and self._lists:
            self._lists.pop()
        if name == "blockquote":
            self._end_line()
            self._quoted = max(0, self._quoted - 1)
        elif name in _PREFORMATTED:
            self._end_line()
            self._preformatted = max(0, self._preformatted - 1)
        elif name == "tr":
            self._end_row()
        elif name == "table":
            self._lines_before_row = -1
        self._break_by(self._margin(name))

    def _margin(self, name: str) -> int:
        if self._lists and (name in _LISTS or name == "p"):
            return _LINE
        if name == "p":
            return self._paragraph
        return _BREAKS[name]

    def _break_by(self, size: int) -> None:
        self._break = max(self._break, size)

    def _row_is_one_line(self) -> bool:
        return self._has_words and len(self._lines) == self._lines_before_row

    def _end_row(self) -> None:
        if self._row_is_one_line():
            self._break = _LINE
        self._end_line()

    def _begin_cell(self) -> None:
        if self._row_is_one_line():
            self._break = 0
            self._line.append(" ")
        else:
            self._break_by(_LINE)
        self._begins_cell = True

    def _next_mark(self) -> str:
        indent = "  " * min(len(self._lists) - 1, _MAX_INDENTED)
        if not self._lists or (number := self._lists[-1]) is None:
            return f"{indent}- "
        self._lists[-1] = number + 1
        return f"{indent}{number + 1}. "

    def _begin_words(self) -> None:
        self._apply_break()
        if self._lines_before_row is None:
            self._lines_before_row = len(self._lines)
        self._has_words = True
        self._begins_cell = self._begins_preformatted = False

    def _apply_break(self) -> None:
        if not self._break:
            return
        self._end_line()
        if self._break == _PARAGRAPH and self._lines:
            self._add_blank_line()
        self._break = 0

    def _end_line(self, *, even_if_empty: bool = False) -> None:
        written = "".join(self._line)
        self._line.clear()
        had_words, self._has_words = self._has_words, False
        words = written.rstrip() if self._preformatted else _SPACES.sub(" ", written).strip(" ").rstrip()
        if words:
            self._lines.append((self._quoted, self._mark + words.replace("\xa0", " ")))
            self._mark = ""
        # A no-break space, alone in a paragraph, is how editors write an empty line.
        elif even_if_empty or (had_words and "\xa0" in written):
            self._add_blank_line()

    def _add_blank_line(self) -> None:
        if not self._lines:
            return
        before, words = self._lines[-1]
        if words or self._preformatted:
            self._lines.append((min(before, self._quoted), ""))

    def _end_link(self) -> None:
        link, self._link = self._link, None
        if link and link.says_more():
            address = (
                link.address.partition("?")[0] if link.address[:7].lower() == "mailto:" else link.address
            )
            self._line.append(f" <{re.sub('^(mailto|tel):', '', address, flags=re.IGNORECASE)}>")


def _number_before_first(attributes: str) -> int:
    start = attributes_of(attributes).get("start", "")
    return int(start) - 1 if re.fullmatch("[0-9]{1,6}", start, re.ASCII) else 0
