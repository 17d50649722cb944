"""Cuts HTML down to the elements that are shown, and to a size that every parser can take.

Browsers, and the parser inside nh3, repair broken markup: they open formatting again in each following paragraph, and
move what stands between the cells of a table. A few kilobytes can so become gigabytes. What is left out here, or
counted, cannot do that.
"""

import html
import itertools
import re
from collections.abc import Iterator

from inbox.markup import tables
from inbox.markup.parser_model import FORMATTING, TABLE, ParserModel, TooManyRepairs
from inbox.markup.tokens import Kind, Token, attributes_of, tokens

MAX_SIZE = 256 * 1024  # Characters, of what is left.
MAX_TOKENS = 50_000
MAX_DEPTH = 256  # Nested elements.
_MAX_VALUE = 8_000  # Characters, of an attribute.
# Tags and texts, from which no parser can build more than MAX_REPAIRS elements: it opens 22 again for each, at most.
_FEW = 900

TAGS = (
    FORMATTING
    | TABLE
    | set(
        "abbr blockquote br dd del div dl dt h1 h2 h3 h4 h5 h6 hr ins li ol p pre q span sub sup ul".split()
    )
)
ATTRIBUTES = {
    "*": {"dir", "lang"},
    "a": {"href", "title", "target"},
    "ol": {"start"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align"},
}
# With two slashes and without a user's name: to a browser, "https:x" leads to another page of the portal, and what
# stands before an "@" looks like the site. It takes a backslash for a slash.
_SAFE_LINK = re.compile(r"\s*(?:https:[/\\]{2}[^/\\?#@]*(?:[/\\?#]|$)|mailto:)", re.IGNORECASE)
_SPANS = {"colspan", "rowspan"}
# Columns or rows: of one cell, and of all. Browsers allow 1,000 by 65,534, and need seconds for a hundred such cells.
_MAX_SPAN = 30
_MAX_SPANS = 3_000
_WANTED = re.compile("align|dir|href|lang|span|start|target|title", re.IGNORECASE)

# Elements that begin a line, shown as a div: their meaning is lost without the styles of their page.
SECTIONS = set(
    """
    address article aside center details dialog dir fieldset figcaption figure footer form header hgroup legend
    main menu nav option search section summary
    """.split()
)
_AS_BLOCKS = dict.fromkeys(SECTIONS, "div")
# Each has the direction of its own first words: its bullets, its line or its first column stand where they begin.
_DIRECTED = {"blockquote", "dl", "ol", "table", "ul"}
_WITHOUT_TABLES = {**_AS_BLOCKS, "caption": "div", "table": "div", "tr": "div"}


class TooComplex(Exception):
    """This cannot be shown as HTML: it is too large, too deeply nested, or broken too often."""


# The kind; the text, or the name of the tag; and how it is written.
_Part = tuple[Kind, str, str]


def reduced(markup: str) -> str:
    """The same words in elements of TAGS, from which a parser builds a limited tree. Raises TooComplex.

    It is not yet safe to show: its links may lead anywhere. If a parser had too much to repair, the formatting of words
    is left out, and tables become lines.
    """
    found = list(itertools.islice(tokens(markup), MAX_TOKENS + 1))
    if len(found) > MAX_TOKENS:
        raise TooComplex
    parts = list(_parts(found, TAGS, _AS_BLOCKS, tables.classes(found)))
    if len(parts) > _FEW:
        try:
            _check(parts)
        except TooManyRepairs:
            parts = list(_parts(found, TAGS - FORMATTING - TABLE, _WITHOUT_TABLES, {}))
            _check(parts)
    left = "".join([part for _, _, part in parts])
    if len(left) > MAX_SIZE:
        raise TooComplex
    return left


def _parts(
    found: list[Token], tags: set[str], renamed: dict[str, str], classes: dict[int, str]
) -> Iterator[_Part]:
    spans_left = _MAX_SPANS
    for index, (kind, value, attributes) in enumerate(found):
        if kind is Kind.TEXT:
            # A "<" without a tag would begin one, if what stood between it and the following letter is left out.
            yield kind, value, value.replace("<", "&lt;")
        elif (name := renamed.get(value, value)) not in tags:
            if name in TABLE:
                yield Kind.TEXT, " ", " "
        elif kind is Kind.END:
            yield kind, name, f"</{name}>"
        elif name in _DIRECTED or index in classes or (attributes and _WANTED.search(attributes)):
            shown = _shown(name, attributes)
            if name in _DIRECTED:
                shown.setdefault("dir", "auto")
            if index in classes:
                shown["class"] = classes[index]
            spans_left -= sum(int(shown[key]) for key in _SPANS & shown.keys())
            if spans_left < 0:
                shown = {key: value for key, value in shown.items() if key not in _SPANS}
            written = "".join(f' {key}="{html.escape(value)}"' for key, value in shown.items())
            yield kind, name, f"<{name}{written}>"
        else:
            yield kind, name, f"<{name}>"


def _shown(name: str, attributes: str) -> dict[str, str]:
    """Those of the attributes that are shown."""
    wanted = ATTRIBUTES["*"] | ATTRIBUTES.get(name, set())
    found = attributes_of(attributes)
    values = {key: _checked(key, found[key]) for key in found.keys() & wanted}
    return {key: value for key, value in sorted(values.items()) if value and len(value) <= _MAX_VALUE}


def _checked(key: str, value: str) -> str:
    """The value as it may be shown; empty to leave the attribute out."""
    if key == "href":
        link = re.sub(r"[\t\r\n]", "", value)  # Browsers ignore these.
        return link if _SAFE_LINK.match(link) else ""
    if key in _SPANS:
        number = re.match(r"\s*([0-9]{1,9})", value)
        return str(min(int(number[1]), _MAX_SPAN)) if number else ""
    return value


def _check(parts: list[_Part]) -> None:
    """Raise TooComplex or TooManyRepairs, if a parser would have too much to build."""
    parser = ParserModel()
    for kind, value, _ in parts:
        if kind is Kind.TEXT:
            parser.text(value)
        elif kind is Kind.START:
            parser.start(value)
        else:
            parser.end(value)
        if parser.depth > MAX_DEPTH:
            raise TooComplex
