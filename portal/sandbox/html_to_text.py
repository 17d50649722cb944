"""Plain text of an HTML message. A contact centre stores both."""

import re
from html.parser import HTMLParser

_HIDDEN = {"head", "script", "style", "title"}
_LINES = {"br", "div", "li", "tr"}
_PARAGRAPHS = {"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul"}
_CELLS = {"td", "th"}


def html_to_text(markup: str) -> str:
    """The text that a reader would see: a line for each table row, a blank line between paragraphs."""
    extractor = _TextExtractor()
    extractor.feed(markup)
    extractor.close()
    lines = (line.strip() for line in "".join(extractor.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _TextExtractor(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._hidden_depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden_depth += tag in _HIDDEN
        self._break_at(tag)

    def handle_endtag(self, tag: str) -> None:
        self._hidden_depth = max(self._hidden_depth - (tag in _HIDDEN), 0)
        if tag in _CELLS:
            self.parts.append("   ")
        elif tag in _PARAGRAPHS:
            self._break_at(tag)

    def handle_data(self, data: str) -> None:
        if not self._hidden_depth:
            self.parts.append(re.sub(r"\s+", " ", data))

    def _break_at(self, tag: str) -> None:
        self.parts.append("\n\n" if tag in _PARAGRAPHS else "\n" if tag in _LINES else "")
