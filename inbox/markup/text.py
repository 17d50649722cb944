"""HTML as plain text."""

import re
from itertools import islice

from inbox.markup.reduction import MAX_SIZE, MAX_TOKENS, SECTIONS
from inbox.markup.tokens import Kind, Token, attributes_of, decoded, tokens

_MAX_QUOTED = 8  # Levels of "> "; a body could consist of nothing but nested quotes.
_LINES = SECTIONS | set("body caption dd div dt h1 h2 h3 h4 h5 h6 li p tr".split())
_PARAGRAPHS = set("blockquote dl hr ol pre table ul".split())


def text_of(markup: str, max_size: int = MAX_SIZE, max_tokens: int = MAX_TOKENS) -> str:
    """The words of `markup`, in lines. Of a long body only its beginning: `max_size` characters, or what stands in
    the first `max_tokens` tags and texts."""
    page = _Page()
    for token in islice(tokens(markup), max_tokens):
        page.add(token)
        if page.size > max_size:
            break
    return page.text()[:max_size]


class _Page:
    """Lines of text, as they would stand on a page."""

    def __init__(self) -> None:
        self.size = 0
        self._lines: list[str] = []
        self._line: list[str] = []
        self._is_paragraph_next = False
        self._preformatted = 0
        self._quoted = 0

    def add(self, token: Token) -> None:
        kind, name, attributes = token
        if kind is Kind.TEXT:
            self._write(decoded(name))
        elif name == "br":
            self._end_line(even_if_empty=True)
        elif name in {"td", "th"}:
            self._write(" ")
        elif name in _LINES:
            self._end_line()
        elif name in _PARAGRAPHS:
            self._paragraph(name, 1 if kind is Kind.START else -1)
        elif name == "img" and kind is Kind.START:
            self._write(f" {attributes_of(attributes).get('alt', '')} ")

    def text(self) -> str:
        self._end_line()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self._lines)).strip("\n")

    def _write(self, text: str) -> None:
        self.size += len(text)
        if self._preformatted:
            first, *others = text.split("\n")
            self._line.append(first)
            for other in others:
                self._end_line(even_if_empty=True)
                self._line.append(other)
        else:
            self._line.append(text)

    def _paragraph(self, name: str, step: int) -> None:
        self._end_line()
        self._is_paragraph_next = True
        if name == "blockquote":
            self._quoted = max(0, self._quoted + step)
        elif name == "pre":
            self._preformatted = max(0, self._preformatted + step)

    def _end_line(self, *, even_if_empty: bool = False) -> None:
        written = "".join(self._line)
        self._line.clear()
        words = written.rstrip() if self._preformatted else " ".join(written.split())
        # A no-break space, alone in a paragraph, is how editors write an empty line.
        if not words and not even_if_empty and "\xa0" not in written:
            return
        if self._is_paragraph_next and self._lines:
            self._lines.append("")
        self._is_paragraph_next = False
        self._lines.append(f"{'> ' * min(self._quoted, _MAX_QUOTED)}{words}")
