"""What a contact centre keeps beside an HTML letter: its words as plain text."""

import re
from html.parser import HTMLParser

_UNSEEN = {"head", "script", "style", "title"}
_LINES = {"br", "div", "li", "tr"}
_PARAGRAPHS = {"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul"}
_CELLS = {"td", "th"}


def plain_text(markup: str) -> str:
    """The words that a reader of the letter would see: a line for each row, a blank line between paragraphs."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    lines = (line.strip() for line in "".join(reader.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in _UNSEEN
        self._break_at(tag)

    def handle_endtag(self, tag: str) -> None:
        self._unseen = max(self._unseen - (tag in _UNSEEN), 0)
        if tag in _CELLS:
            self.parts.append("   ")
        elif tag in _PARAGRAPHS:
            self._break_at(tag)

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(re.sub(r"\s+", " ", data))

    def _break_at(self, tag: str) -> None:
        self.parts.append("\n\n" if tag in _PARAGRAPHS else "\n" if tag in _LINES else "")
