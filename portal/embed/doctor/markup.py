"""What of a page's HTML matters here: the policies in it, the scripts that it loads, and our elements."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin

ELEMENTS: Final = ("secure-inbox", "secure-inbox-launcher", "secure-inbox-badge")

Attributes = dict[str, str]


@dataclass
class Markup:
    """Attributes are named in lower case; those without a value have an empty one. `src` of scripts is absolute."""

    policies: list[str] = field(default_factory=list)
    scripts: list[Attributes] = field(default_factory=list)
    elements: list[Attributes] = field(default_factory=list)


def read(html: str, url: str) -> Markup:
    """`url` is where it came from."""
    reader = _Reader(url)
    reader.feed(html)  # And not closed: what is left open at the end would be read again and again.
    return reader.markup


class _Reader(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__()
        self.markup = Markup()
        self._base = url
        self._has_base = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # Of an attribute that is there twice, the first counts.
        attributes = {name: value or "" for name, value in reversed(attrs)}
        if tag == "base" and not self._has_base and "href" in attributes:
            self._has_base, self._base = True, self._absolute(attributes["href"])
        elif tag == "meta" and attributes.get("http-equiv", "").lower() == "content-security-policy":
            self.markup.policies.append(attributes.get("content", ""))
        elif tag == "script" and "src" in attributes:
            self.markup.scripts.append(attributes | {"src": self._absolute(attributes["src"])})
        elif tag in ELEMENTS:
            self.markup.elements.append(attributes)

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """HTML has none: "<![" begins a comment that ends with the next ">"."""
        return self.parse_bogus_comment(i, report)

    def _absolute(self, address: str) -> str:
        try:
            return urljoin(self._base, address.strip())
        except ValueError:
            return ""
