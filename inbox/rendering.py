"""Turns text and HTML from strangers into markup that is safe to show. The only module that marks strings safe."""

import html

from django.utils.html import urlize
from django.utils.safestring import SafeString, mark_safe

from inbox.markup.cleaning import cleaned
from inbox.markup.reduction import TooComplex, reduced
from inbox.markup.sanitizer import NotSanitised, sanitised
from inbox.markup.text import text_of

# Characters. In longer text, URLs and addresses are not made clickable: it could consist of nothing else.
MAX_LINKED = 64 * 1024
PREVIEW = 140  # Characters.
# They show the following characters in the opposite direction: one address could look like another.
_OVERRIDES = str.maketrans("", "", "\N{LEFT-TO-RIGHT OVERRIDE}\N{RIGHT-TO-LEFT OVERRIDE}")
_PREVIEWED = 1_000  # Tags and texts of HTML that are read for a preview; a page may have fifty of them.


def linked_text(text: str) -> SafeString:
    """Plain text as HTML, with clickable web and mail addresses. The style sheet takes care of line breaks."""
    text = text.translate(_OVERRIDES)
    if len(text) > MAX_LINKED:
        return mark_safe(html.escape(text))
    # Sanitize last, so that nothing changes the markup after it is safe.
    linked = urlize(text, autoescape=True)
    return mark_safe(cleaned(linked, tags={"a"}, schemes=("https", "http", "mailto")))


def clean_html(body: str) -> SafeString | None:
    """A message's HTML body without scripts, forms, remote content and styles. None if that would cost too much."""
    try:
        # Safe because nothing changes what the sanitiser returns.
        return mark_safe(sanitised(reduced(body)))
    except (TooComplex, NotSanitised):
        return None


def words_of(text: str | None, body: str | None) -> str:
    """The words of a message: its text, or else the text of its HTML."""
    return text if text is not None else text_of(body or "")


def preview(text: str | None, body: str | None) -> str:
    """The first words of a message, on one line; empty if the API sends no body."""
    words = text if text is not None else text_of(body or "", PREVIEW * 4, _PREVIEWED)
    line = " ".join(words.lstrip()[: PREVIEW * 4].split())
    return line if len(line) <= PREVIEW else f"{line[: PREVIEW - 1]}…"
