"""Turning what a stranger wrote into what a page may show. The only module that calls anything safe."""

import html
import re
from collections import Counter

import nh3
from django.utils.html import urlize
from django.utils.safestring import SafeString, mark_safe

MAX_SIZE = 256 * 1024  # Characters. Larger mail is shown as plain text.
MAX_LINKED = 64 * 1024  # Characters. In longer text, addresses are not made clickable: each may be one.
MAX_DEPTH = 256  # Nested elements. Sanitising 100,000 of them costs 17 seconds of CPU.
PREVIEW = 140  # Characters.
_PREVIEWED = 8 * 1024  # Characters of HTML that are looked at for a preview; a page has fifty.

_TAGS = set(
    """
    a abbr b blockquote br caption code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i ins li ol p pre q s small
    span strong sub sup table tbody td tfoot th thead tr u ul
    """.split()
)
_ATTRIBUTES = {
    "*": {"dir", "lang"},
    "a": {"href", "title", "target"},
    "ol": {"start"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align"},
}

# Tags that hold nothing, or that HTML closes by itself where the next of their kind begins.
_NOT_NESTING = set(
    """
    area base br col dd dt embed hr img input li link meta p param source tbody td th thead tr wbr
    """.split()
)
_INVISIBLE = {"head", "script", "style", "title"}
# No pattern here may look further than the next "<" or ">": a mail could make it look again and again.
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_BREAK = re.compile(r"<(?:br|li|tr|/p|/div|/h[1-6]|/ul|/ol|/table|/blockquote)\b[^<>]*>", re.IGNORECASE)
_CELL_END = re.compile(r"(?=</t[dh]\b)", re.IGNORECASE)


def linked_text(text: str) -> SafeString:
    """Plain text as HTML, with its web and mail addresses made clickable. Line breaks are left to the style sheet."""
    if len(text) > MAX_LINKED:
        return mark_safe(html.escape(text))
    # Escape, link, sanitise: in this order, so that nothing is changed after it was made safe.
    return _sanitised(urlize(text, autoescape=True), {"a"}, {"https", "http", "mailto"})


def clean_html(body: str) -> SafeString | None:
    """A mail's HTML body without anything that acts, loads or positions; None where it is too large or too deep."""
    if len(body) > MAX_SIZE or _is_too_deep(body):
        return None
    return _sanitised(body, _TAGS, {"https", "mailto"})


def words_of(text: str | None, body: str | None) -> str:
    """What a mail says: its text, or else the words of its HTML."""
    return text if text is not None else html_as_text(body or "")


def html_as_text(body: str) -> str:
    """The words of an HTML body, for reading without its form."""
    if len(body) > MAX_SIZE or _is_too_deep(body):
        words = re.sub(r"<[^<>]*>", " ", body[:MAX_SIZE])
    else:
        spaced = _CELL_END.sub(" ", re.sub(r"\s+", " ", body))
        broken = _BREAK.sub(lambda tag: f"{tag[0]}\n", spaced)
        words = nh3.clean(broken, tags=set(), clean_content_tags=_INVISIBLE, link_rel=None)
    lines = (" ".join(line.split()) for line in html.unescape(words).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def preview(text: str | None, body: str | None) -> str:
    """The first words of a mail, on one line; empty where upstream gives none."""
    words = words_of(text, body and body[:_PREVIEWED])
    line = " ".join(words[: PREVIEW * 4].split())
    return line if len(line) <= PREVIEW else f"{line[: PREVIEW - 1]}…"


def _sanitised(markup: str, tags: set[str], schemes: set[str]) -> SafeString:
    return mark_safe(
        nh3.clean(
            markup,
            tags=tags,
            attributes=_ATTRIBUTES,
            url_schemes=schemes,
            url_relative="deny",
            link_rel="noopener noreferrer nofollow",
            set_tag_attribute_values={"a": {"target": "_blank"}},
        )
    )


def _is_too_deep(body: str) -> bool:
    """Whether more elements are open at once than a letter needs. A tag that closes none counts for nothing."""
    open_tags: Counter[str] = Counter()
    depth = 0
    for closing, name in _TAG.findall(body):
        tag = name.lower()
        if tag in _NOT_NESTING or (closing and not open_tags[tag]):
            continue
        step = -1 if closing else 1
        open_tags[tag] += step
        depth += step
        if depth > MAX_DEPTH:
            return True
    return False
