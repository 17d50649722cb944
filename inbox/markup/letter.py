"""What there is to see in a letter's HTML: its tags and texts, within the limits of what a page can show."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from inbox.markup.tokens import Kind, Token, attributes_of, decoded, tokens
from inbox.markup.visibility import visible
from portal.characters import has_visible

MAX_TEXT = 256 * 1024  # Characters, of the words alone.
MAX_TOKENS = 20_000
_CHECKED = 4_096  # Characters that are looked at together for something visible.
# Pictures to look at. A smaller one counts readers, or keeps columns apart.
_PICTURES = {"img", "image", "svg", "video"}
_MIN_SIDE = 3  # Pixels.
_SIDE = re.compile(r"\s*([0-9]+)\s*(?:px)?\s*$", re.IGNORECASE)
_STYLED_SIDE = re.compile(r"(?<![a-z-])(?:width|height)\s*:\s*([0-9]+)px", re.IGNORECASE)


@dataclass(frozen=True)
class Letter:
    """What is to be seen of a letter. `is_cut`: the limits left out its end."""

    tokens: list[Token]
    has_words: bool
    is_cut: bool
    pictures: int


def read(markup: str, max_text: int = MAX_TEXT, max_tokens: int = MAX_TOKENS) -> Letter:
    """What its sender has hidden is left out, unless nothing else is there."""
    found, is_cut = _within(tokens(markup), max_text, max_tokens)
    seen = list(visible(found))
    has_words = _has_words(seen)
    pictures = sum(map(_is_picture, seen))
    if not has_words and _has_words(found):
        seen, has_words = found, True
    return Letter(seen, has_words, is_cut, pictures)


def _within(found: Iterator[Token], max_text: int, max_tokens: int) -> tuple[list[Token], bool]:
    """The first tags and texts, and whether there are more."""
    first: list[Token] = []
    size = 0
    for kind, value, attributes in found:
        if len(first) == max_tokens:
            return first, True
        if kind is Kind.TEXT:
            size += len(value)
            if size > max_text:
                first.append((kind, value[: len(value) - (size - max_text)], attributes))
                return first, True
        first.append((kind, value, attributes))
    return first, False


def _has_words(found: list[Token]) -> bool:
    return any(is_visible(token) for token in found)


def is_visible(token: Token) -> bool:
    """Whether it is a text to read, or a picture with words that stand for it."""
    kind, value, attributes = token
    if kind is Kind.START and value == "img":
        return has_visible(alternative(attributes))
    if kind is not Kind.TEXT:
        return False
    pieces = (value[start : start + _CHECKED] for start in range(0, len(value), _CHECKED))
    return any(has_visible(decoded(piece)) for piece in pieces)


def alternative(attributes: str) -> str:
    """The words that stand for a picture."""
    return attributes_of(attributes).get("alt", "") if "alt" in attributes.lower() else ""


def _is_picture(token: Token) -> bool:
    kind, name, attributes = token
    if kind is not Kind.START or name not in _PICTURES:
        return False
    found = attributes_of(attributes)
    sides = [match[1] for key in ("width", "height") if (match := _SIDE.match(found.get(key, "")))]
    sides += _STYLED_SIDE.findall(found.get("style", ""))
    return all(int(side[:6]) >= _MIN_SIDE for side in sides)
