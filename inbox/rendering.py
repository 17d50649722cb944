"""Turns text and HTML from strangers into markup that is safe to show. The only module that marks strings safe."""

import html
import re
from collections import Counter

import nh3
from django.utils.html import urlize
from django.utils.safestring import SafeString, mark_safe

MAX_SIZE = 256 * 1024  # Characters. Larger mail is shown as plain text.
# Characters. In longer text, URLs and addresses are not made clickable: it could consist of nothing else.
MAX_LINKED = 64 * 1024
MAX_DEPTH = 256  # Nested elements. Sanitizing 100,000 of them takes 17 seconds of CPU time.
PREVIEW = 140  # Characters.
_PREVIEWED = 8 * 1024  # Characters of HTML that are read for a preview; a page may have fifty of them.

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

# Void elements, and elements that HTML closes implicitly when the next of their kind begins.
_NOT_NESTING = set(
    """
    area base br col dd dt embed hr img input li link meta p param source tbody td th thead tr wbr
    """.split()
)
_INVISIBLE = {"head", "script", "style", "title"}
# No pattern may scan beyond the next "<" or ">": a crafted mail could make it take quadratic time.
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_BREAK = re.compile(r"<(?:br|li|tr|/p|/div|/h[1-6]|/ul|/ol|/table|/blockquote)\b[^<>]*>", re.IGNORECASE)
_CELL_END = re.compile(r"(?=</t[dh]\b)", re.IGNORECASE)


def linked_text(text: str) -> SafeString:
    """Plain text as HTML, with clickable web and mail addresses. The style sheet takes care of line breaks."""
    if len(text) > MAX_LINKED:
        return mark_safe(html.escape(text))
    # Sanitize last, so that nothing changes the markup after it is safe.
    return _sanitised(urlize(text, autoescape=True), {"a"}, {"https", "http", "mailto"})


def clean_html(body: str) -> SafeString | None:
    """A message's HTML body without scripts, forms, remote content and styles.

    None if it is too large or too deeply nested to be sanitized.
    """
    if len(body) > MAX_SIZE or _is_too_deep(body):
        return None
    return _sanitised(body, _TAGS, {"https", "mailto"})


def words_of(text: str | None, body: str | None) -> str:
    """The words of a message: its text, or else the text of its HTML."""
    return text if text is not None else html_as_text(body or "")


def html_as_text(body: str) -> str:
    """An HTML body as plain text."""
    if len(body) > MAX_SIZE or _is_too_deep(body):
        words = re.sub(r"<[^<>]*>", " ", body[:MAX_SIZE])
    else:
        spaced = _CELL_END.sub(" ", re.sub(r"\s+", " ", body))
        broken = _BREAK.sub(lambda tag: f"{tag[0]}\n", spaced)
        words = nh3.clean(broken, tags=set(), clean_content_tags=_INVISIBLE, link_rel=None)
    lines = (" ".join(line.split()) for line in html.unescape(words).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def preview(text: str | None, body: str | None) -> str:
    """The first words of a message, on one line; empty if the API sends no body."""
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
    """Whether more elements are nested than MAX_DEPTH. An end tag without a start tag does not count."""
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
