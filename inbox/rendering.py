"""Turns text and HTML from strangers into markup that is safe to show. The only module that marks strings safe."""

import html
import re
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from inbox.markup import links, quotes
from inbox.markup.cleaning import cleaned
from inbox.markup.formatting import is_formatted
from inbox.markup.letter import Letter, read
from inbox.markup.reduction import TooComplex, reduced
from inbox.markup.sanitizer import NotSanitised, sanitised
from inbox.markup.text import text_of
from inbox.markup.tokens import Token
from portal.characters import has_visible, tidied, with_few_marks

# Characters. In longer text, URLs and addresses are not made clickable: it could consist of nothing else.
MAX_LINKED = 64 * 1024
PREVIEW = 140  # Characters.
# Of HTML that is read for a preview; a page may have fifty of them.
_PREVIEWED_TEXT, _PREVIEWED_TOKENS = 20_000, 3_000

# Of a message that is searched; a search may look at several hundred.
MAX_SEARCHED, _SEARCHED_TOKENS = 64 * 1024, 6_000

# A text part that only says where the letter is: "your program shows no HTML", "open this in your browser". It is
# short, and names what it points to in one of these languages, or the HTML says much more.
_MAX_STUB = 400  # Characters.
_LONGER = 5
_POINTS_ELSEWHERE = re.compile(
    "html|browser|navigat|navegador|nettleser|webbläs|selain|przegląd|böngész", re.IGNORECASE
)

_NOTHING = SafeString()


@dataclass(frozen=True)
class Shown:
    """A letter as it is shown, and what of it is not.

    `markup` is empty if there is no word in it. `is_cut`: its end is left out. `pictures` are those that a reader would
    have seen elsewhere; not those that are hidden, or count readers. `quoted` is its end, where that repeats an earlier
    letter and is shown apart.
    """

    markup: SafeString
    is_cut: bool = False
    pictures: int = 0
    quoted: SafeString = _NOTHING


def formatted(body: str | None, *, folded: bool = False) -> Shown | None:
    """A message's HTML without scripts, forms, remote content and styles. `folded`: a quote at its end stands apart.

    None if there is nothing to see in it, if it holds no tag, or if showing it would cost too much: its words are shown
    instead, see `plain`.
    """
    if not body or "<" not in body:
        return None
    letter = read(body)
    if not letter.has_words:
        return Shown(mark_safe(""), letter.is_cut, letter.pictures) if letter.pictures else None
    own, quote = quotes.split_letter(letter.tokens) if folded else (letter.tokens, [])
    try:
        markup, is_cut = _safe_markup(own)
        quoted, is_quote_cut = _safe_markup(quote) if quote else (_NOTHING, False)
    except (TooComplex, NotSanitised):
        return None
    return Shown(markup, letter.is_cut or is_cut or is_quote_cut, letter.pictures, quoted)


def opens_formatted(body: str) -> bool:
    """Whether this HTML says something by its formatting that `plain` does not say."""
    return is_formatted(read(body).tokens)


def plain(text: str | None, body: str | None, *, folded: bool = False) -> Shown:
    """A message's words: of its text, or else of its HTML, with the addresses of the links in it.

    `folded`: a quote at its end stands apart.
    """
    letter = _letter_instead(text, body)
    words = tidied(text or "") if letter is None else text_of(letter.tokens, links=True)
    own, quote = quotes.split(words) if folded else (words, "")
    is_cut, pictures = (letter.is_cut, letter.pictures) if letter else (False, 0)
    return Shown(linked_text(own), is_cut, pictures, linked_text(quote) if quote else _NOTHING)


def linked_text(text: str) -> SafeString:
    """Plain text as HTML, with clickable web and mail addresses. The style sheet takes care of line breaks."""
    text = with_few_marks(tidied(text))
    if len(text) > MAX_LINKED:
        return mark_safe(html.escape(text))
    # Sanitize last, so that nothing changes the markup after it is safe.
    return mark_safe(cleaned("".join(map(_linked, links.split(text))), tags={"a"}))


def words_of(text: str | None, body: str | None) -> str:
    """The words of a message: its text, or else the text of its HTML."""
    letter = _letter_instead(text, body)
    return tidied(text or "") if letter is None else text_of(letter.tokens)


def kept_text(text: str | None, body: str | None) -> str:
    """The words that `plain` shows, whole and without markup, for a file of their reader's."""
    letter = _letter_instead(text, body)
    return with_few_marks(tidied(text or "" if letter is None else text_of(letter.tokens, links=True)))


def searched_words(text: str | None, body: str | None) -> tuple[str, bool]:
    """The words of a message on one line, and whether its end is left out."""
    letter = _letter_instead(text, body, MAX_SEARCHED, _SEARCHED_TOKENS)
    words = (text or "") if letter is None else text_of(letter.tokens)
    is_cut = len(words) > MAX_SEARCHED or bool(letter and letter.is_cut)
    return " ".join(tidied(words[:MAX_SEARCHED]).split()), is_cut


def preview(text: str | None, body: str | None) -> str:
    """The first words of a message, on one line; empty if the API sends no body."""
    letter = _letter_instead(text, body, _PREVIEWED_TEXT, _PREVIEWED_TOKENS)
    words = (text or "").lstrip() if letter is None else text_of(letter.tokens, max_size=PREVIEW * 4)
    line = " ".join(tidied(words[: PREVIEW * 4]).split())
    return line if len(line) <= PREVIEW else f"{line[: PREVIEW - 1]}…"


def _safe_markup(found: list[Token]) -> tuple[SafeString, bool]:
    """These tags and texts as markup, and whether its end is left out. Raises TooComplex or NotSanitised."""
    left = reduced(found)
    # Safe because nothing changes what the sanitiser returns.
    return mark_safe(sanitised(left.markup)), left.is_cut


def _linked(piece: links.Link) -> str:
    shown = html.escape(piece.text)
    return f'<a href="{html.escape(piece.address)}">{shown}</a>' if piece.address else shown


def _letter_instead(text: str | None, body: str | None, *limits: int) -> Letter | None:
    """The HTML, if its words are read rather than the text."""
    has_text = text is not None and has_visible(text)
    if not body or (has_text and len(text or "") > _MAX_STUB):
        return None
    letter = read(body, *limits)
    if has_text and not (letter.has_words and _is_stub(text or "", letter)):
        return None
    return letter


def _is_stub(text: str, letter: Letter) -> bool:
    if _POINTS_ELSEWHERE.search(text):
        return True
    words = "".join(text_of(letter.tokens).split())
    text = "".join(text.split())
    return len(words) > _LONGER * len(text) + _MAX_STUB and text not in words
