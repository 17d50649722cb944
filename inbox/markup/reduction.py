"""Cuts HTML down to the elements that are shown, and to a size that every parser can take.

Browsers, and the parser inside nh3, repair broken markup: they open formatting again in each following paragraph, and
move what stands between the cells of a table. A few kilobytes can so become gigabytes. What is left out here, or
counted, cannot do that.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from inbox.markup import tables
from inbox.markup.letter import alternative
from inbox.markup.parser_model import FORMATTING, TABLE, ParserModel, TooManyRepairs
from inbox.markup.tokens import Kind, Token, attributes_of, decoded
from portal.characters import has_visible, tidied, with_few_marks

MAX_SIZE = 256 * 1024  # Characters, of what is left.
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
_SAFE_LINK = re.compile(
    r"(?:https?:[/\\]{2}[^/\\?#@]+(?:[/\\?#]|$)|mailto:[^@]*@|tel:[+0-9*#().\s/-]*[0-9])", re.IGNORECASE
)
_SPANS = {"colspan", "rowspan"}
# Columns or rows: of one cell, and of all. Browsers allow 1,000 by 65,534, and need seconds for a hundred such cells.
_MAX_SPAN = 30
_MAX_SPANS = 3_000

# Elements that begin a line, shown as a div: their meaning is lost without the styles of their page.
SECTIONS = set(
    """
    address article aside center details dialog dir fieldset figcaption figure footer form header hgroup legend
    main menu nav option search section summary
    """.split()
)
# Each has the direction of its own first words: its bullets, its line or its first column stand where they begin.
_DIRECTED = {"blockquote", "dl", "ol", "table", "ul"}
CONTROLS = {"button", "input", "label", "object", "select"}  # They stand apart from the words around them.
_PREFORMATTED = {"listing", "plaintext", "textarea", "xmp"}
_RENAMED = {**dict.fromkeys(SECTIONS, "div"), **dict.fromkeys(_PREFORMATTED, "pre")}
# For letters that are broken too often: words in paragraphs, which cannot stand in each other.
_FLAT_TAGS = TAGS - FORMATTING - TABLE - set("abbr dd del div dl dt ins q span sub sup".split())
_FLAT = {**_RENAMED, **dict.fromkeys([*SECTIONS, "caption", "dd", "div", "dt", "table", "tr"], "p")}


class TooComplex(Exception):
    """This cannot be shown as HTML: it is too deeply nested, or broken too often."""


@dataclass(frozen=True)
class Reduced:
    """What is left of a letter. `is_cut`: not its end."""

    markup: str
    is_cut: bool


# The kind; the text, or the name of the tag; and how it is written.
_Part = tuple[Kind, str, str]


def reduced(found: list[Token]) -> Reduced:
    """The same words in elements of TAGS, from which a parser builds a limited tree. Raises TooComplex.

    It is not yet safe to show: nh3 has the last word. If a parser had too much to repair, or the elements stand in each
    other too deeply, the formatting of words is left out, and tables become lines.
    """
    parts, is_cut = _within(_parts(found, TAGS, _RENAMED, tables.classes(found)))
    if len(parts) > _FEW:
        try:
            _check(parts)
        except (TooComplex, TooManyRepairs):
            parts, is_cut = _within(_parts(found, _FLAT_TAGS, _FLAT, {}))
            _check(parts)
    return Reduced("".join([part for _, _, part in parts]), is_cut)


def _within(parts: Iterable[_Part]) -> tuple[list[_Part], bool]:
    """The first parts, up to MAX_SIZE, and whether there are more."""
    first: list[_Part] = []
    size = 0
    for part in parts:
        size += len(part[2])
        if size > MAX_SIZE:
            return first, True
        first.append(part)
    return first, False


def _parts(
    found: list[Token], tags: set[str], renamed: dict[str, str], classes: dict[int, str]
) -> Iterator[_Part]:
    spans = _Spans()
    links = _Links()
    for index, (kind, value, attributes) in enumerate(_apart(found)):
        if kind is Kind.TEXT:
            yield kind, value, _written(value)
        elif value == "a" and not links.lead_anywhere(kind, attributes):
            continue
        elif kind is Kind.START and value == "img":
            if has_visible(words := f" {alternative(attributes)} "):
                yield Kind.TEXT, words, _written(html.escape(words))
        elif (name := renamed.get(value, value)) not in tags:
            if name in TABLE:
                yield Kind.TEXT, " ", " "
        elif kind is Kind.END:
            yield kind, name, f"</{name}>"
        else:
            shown = spans.limited(_shown(name, attributes))
            if index in classes:
                shown["class"] = classes[index]
            written = "".join(f' {key}="{html.escape(value)}"' for key, value in shown.items())
            yield kind, name, f"<{name}{written}>"


# What follows one of these in a table, other than a cell, is moved before it.
_BETWEEN_CELLS = {"table", "tbody", "tfoot", "thead", "tr", "/td", "/th", "/tr", "/tbody", "/tfoot", "/thead"}
_LOST = {*CONTROLS, "body", "td", "th"}


def _apart(found: list[Token]) -> Iterator[Token]:
    """As many tags and texts, with a space where words would be joined by what is left out, or moved by parsers."""
    open_tables = 0
    before = ""
    for token in found:
        kind, name, _ = token
        if kind is Kind.TEXT:
            yield (kind, f"{name} ", "") if open_tables and before in _BETWEEN_CELLS else token
            continue
        if name == "table":
            open_tables = max(0, open_tables + (1 if kind is Kind.START else -1))
        is_lost = name in _LOST and not (name in TABLE and open_tables)
        yield (Kind.TEXT, " ", "") if is_lost else token
        before = name if kind is Kind.START else f"/{name}"


class _Spans:
    """Limits the columns and rows that all cells span."""

    def __init__(self) -> None:
        self._left = _MAX_SPANS

    def limited(self, shown: dict[str, str]) -> dict[str, str]:
        self._left -= sum(int(shown[key]) for key in _SPANS & shown.keys())
        return shown if self._left >= 0 else {key: value for key, value in shown.items() if key not in _SPANS}


def _written(source: str) -> str:
    """A text as markup. A "<" without a tag would begin one, if what stood before the following letter is left out."""
    return html.escape(with_few_marks(tidied(decoded(source))), quote=False)


class _Links:
    """Leaves out links that do not work: they would look like links."""

    def __init__(self) -> None:
        self._is_open = False

    def lead_anywhere(self, kind: Kind, attributes: str) -> bool:
        """Whether the tag of a link is shown."""
        if kind is Kind.START:
            self._is_open = bool(safe_link(attributes_of(attributes).get("href", "")))
            return self._is_open
        was_open, self._is_open = self._is_open, False
        return was_open


def safe_link(address: str) -> str:
    """The address, if a letter may lead there; else an empty text."""
    address = re.sub(r"[\t\r\n]", "", address).strip()  # As browsers do.
    return address if _SAFE_LINK.match(address) else ""


def _shown(name: str, attributes: str) -> dict[str, str]:
    """Those of the attributes that are shown."""
    shown = {"dir": "auto"} if name in _DIRECTED else {}
    if not attributes or attributes.isspace():
        return shown
    wanted = ATTRIBUTES["*"] | ATTRIBUTES.get(name, set())
    found = attributes_of(attributes)
    values = {key: _checked(key, found[key]) for key in found.keys() & wanted}
    return shown | {key: value for key, value in sorted(values.items()) if value and len(value) <= _MAX_VALUE}


def _checked(key: str, value: str) -> str:
    """The value as it may be shown; empty to leave the attribute out."""
    if key == "href":
        return safe_link(value)
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
