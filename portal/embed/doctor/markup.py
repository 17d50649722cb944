"""Extracts what the checks need from a page's HTML: <meta> policies, scripts that it loads, the portal's elements."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin

ELEMENTS: Final = ("secure-inbox", "secure-inbox-launcher", "secure-inbox-badge")

Attributes = dict[str, str]


@dataclass
class Markup:
    """Attribute names are in lower case; an attribute without a value has "". The `src` of scripts is absolute."""

    policies: list[str] = field(default_factory=list)
    scripts: list[Attributes] = field(default_factory=list)
    elements: list[Attributes] = field(default_factory=list)


def parse(html: str, url: str) -> Markup:
    """`url` is the page's own, for relative URLs."""
    parser = _Parser(url)
    parser.feed(html)  # Without close(): it would parse an unclosed construct at the end again and again.
    return parser.markup


class _Parser(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__()
        self.markup = Markup()
        self._base = url
        self._has_base = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # If a tag has an attribute twice, the first counts.
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
        """HTML has no marked sections: "<![" begins a comment that ends at the next ">"."""
        return self.parse_bogus_comment(i, report)

    def _absolute(self, address: str) -> str:
        try:
            return urljoin(self._base, address.strip())
        except ValueError:
            return ""
