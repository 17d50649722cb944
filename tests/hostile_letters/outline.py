"""What a page is made of, to be compared with a page of the same build around harmless words."""

from html.parser import HTMLParser

_VARYING = {"value", "data-idle", "data-absolute"}

Attributes = tuple[tuple[str, str | None], ...]


class Outline(HTMLParser):
    """The elements of a page with their attributes, and the text in each kind of element.

    Comments and the like count as elements. The values of some attributes do not: they are words, tokens or times.
    """

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, Attributes]] = []
        self._texts: dict[str, list[str]] = {}
        self._open: list[tuple[str, str]] = []
        self.feed(page)
        self.close()

    def texts(self, kind: str) -> list[str]:
        """The text of each element with this tag, or with this tag and class as in `bdi.mail-subject`."""
        return self._texts.get(kind, [])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple((key, "" if key in _VARYING else value) for key, value in attrs)))
        classes = dict(attrs).get("class")
        kind = f"{tag}.{classes}" if classes else tag
        self._texts.setdefault(kind, []).append("")
        self._open.append((tag, kind))

    def handle_endtag(self, tag: str) -> None:
        while self._open and any(tag == opened for opened, _kind in self._open):
            if self._open.pop()[0] == tag:
                return

    def handle_data(self, data: str) -> None:
        for _tag, kind in self._open:
            self._texts[kind][-1] += data

    def handle_comment(self, data: str) -> None:
        self.elements.append(("!", ((data, None),)))

    handle_decl = unknown_decl = handle_pi = handle_comment
