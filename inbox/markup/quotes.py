"""What a letter repeats of an earlier one, at its end: mail programs put it there when somebody answers."""

import re

from inbox.markup.letter import is_visible
from inbox.markup.text import text_of
from inbox.markup.tokens import Kind, Token, attributes_of, decoded

_MIN_LINES = 3  # A shorter quote is read faster than it is unfolded.
_MAX_HEAD = 300  # Characters.
# "On 3 March 2026, Priya Rao wrote:", which some programs write above a quote without ">".
_WROTE = re.compile(r"On .{4,300} wrote:\s*+")
# "-----Original Message-----", in any language.
_RULED = re.compile(r"-{4,}+ ?[^\s-].{2,40}?[^\s-] ?-{4,}+\s*+")

# The first of two lines: it begins like that, or ends with the writer's address.
_BROKEN = re.compile(r"On .*\d|.*\d.*<\S+@\S+>\s*$")

# Of HTML, where a paragraph is one line however long it is.
_MIN_SIZE = 200  # Characters.
# A time of day or an address: no letter's own words above something that it cites.
_SAYS_WHO_OR_WHEN = re.compile(r"\d{1,2}[:.]\d{2}|@")
# What stands in a line. Every other tag ends it.
_INLINE = set("a abbr b bdi big em font i img small span strong u".split())


def split(text: str) -> tuple[str, str]:
    """The letter's own words, and the quote at its end with the line above it; empty if there is none to fold.

    A quote that is followed by words belongs to them, and stays. A letter that is nothing but a quote has none.
    """
    lines = text.split("\n")
    start = _ruled_from(lines)
    if start is None:
        start = _with_head(lines, _marked_from(lines))
    own, quote = "\n".join(lines[:start]).rstrip(), "\n".join(lines[start:]).strip("\n")
    is_worth_it = own.strip() and len(quote.split("\n")) >= _MIN_LINES
    return (own, quote) if is_worth_it else (text, "")


def _ruled_from(lines: list[str]) -> int | None:
    """The line that says that all that follows is an earlier message."""
    heads = (at for at, line in enumerate(lines) if _WROTE.fullmatch(line) or _RULED.fullmatch(line))
    for at in heads:
        following = next((line for line in lines[at + 1 :] if line.strip()), "")
        # With marks, the quote ends where they do.
        if not following.startswith(">"):
            return at
        return None
    return None


def _marked_from(lines: list[str]) -> int:
    """Where the lines that begin with ">" start, if the letter ends with such lines."""
    start = end = len(lines)
    for at in range(end - 1, -1, -1):
        if lines[at].startswith(">"):
            start = at
        elif lines[at].strip():
            break
    return start


def _with_head(lines: list[str], start: int) -> int:
    """The same with the line that introduces them, which may be broken into two."""
    if start == len(lines):
        return start
    at = start - 1
    while at >= 0 and not lines[at].strip():
        at -= 1
    if at < 0 or not lines[at].rstrip().endswith((":", "：")) or len(lines[at]) > _MAX_HEAD:
        return start
    is_broken = at > 0 and _BROKEN.match(lines[at - 1]) and not re.search(r"\d", lines[at])
    return at - 1 if is_broken else at


def split_letter(tokens: list[Token]) -> tuple[list[Token], list[Token]]:
    """The same of a letter in HTML that ends with a `<blockquote>`; the second part is empty if there is none to fold.

    Editors write the same tag for what is indented. So it has to be marked as a quote, or to follow a line that says
    who wrote it and when.

    An element may begin in one part and end in the other: parsers close the first, and ignore the end of the second.
    """
    start = _quote_from(tokens)
    if start is None:
        return tokens, []
    head = _head_from(tokens, start)
    if head is None and not _is_marked(tokens[start]):
        return tokens, []
    at = start if head is None else head
    own, quote = tokens[:at], tokens[at:]
    words = text_of(quote, max_size=_MIN_SIZE)
    is_long = len(words) >= _MIN_SIZE or words.count("\n") >= _MIN_LINES - 1
    return (own, quote) if is_long and any(map(is_visible, own)) else (tokens, [])


def _quote_from(tokens: list[Token]) -> int | None:
    """Where the quotes start that nothing but white space follows."""
    start, depth = None, 0
    for at, token in enumerate(tokens):
        kind, name, _attributes = token
        if kind is Kind.START and name == "blockquote":
            start, depth = (at if start is None else start), depth + 1
        elif kind is Kind.END and name == "blockquote":
            depth = max(depth - 1, 0)
        elif start is not None and depth == 0 and is_visible(token):
            start = None
    return start


def _is_marked(token: Token) -> bool:
    attributes = attributes_of(token[2])
    return attributes.get("type") == "cite" or "cite" in attributes or "quote" in attributes.get("class", "")


def _head_from(tokens: list[Token], start: int) -> int | None:
    """Where the line above the quote begins, if it introduces it."""
    words, at = "", start
    while at > 0 and len(words) <= _MAX_HEAD:
        kind, value, _attributes = tokens[at - 1]
        if kind is Kind.TEXT:
            words = decoded(value) + words
        elif words.strip() and value not in _INLINE:
            if kind is Kind.START and value != "br":
                at -= 1  # The block that begins with this line goes with it.
            break
        at -= 1
    is_head = words.rstrip().endswith((":", "：")) and _SAYS_WHO_OR_WHEN.search(words)
    return at if is_head and len(words) <= _MAX_HEAD else None
