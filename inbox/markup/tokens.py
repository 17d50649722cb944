"""Splits HTML into tags and text, in time proportional to its length, whatever it looks like.

It follows the tokenizer of the HTML standard (html.spec.whatwg.org, section 13.2.5) as far as it matters for mail:
quoted attributes may contain ">", comments and declarations are left out, and so are scripts, styles and titles.
"""

import html
import re
from collections.abc import Iterator
from enum import Enum, auto


class Kind(Enum):
    TEXT = auto()
    START = auto()
    END = auto()


# The kind; the text, its character references not yet decoded, or the tag's name in lower case; the attributes as they
# are written, for `attributes_of`. A plain tuple, since a letter may have thousands.
Token = tuple[Kind, str, str]


# White space of HTML: str.isspace() and \s know many more characters.
_SPACE = r"[\t\n\f\r ]"
_NAME = r"[^\t\n\f\r />=]"
_TAG_BEGINS = re.compile("</?[a-zA-Z]")
# Possessive quantifiers (`*+`) never try another way of matching: a pattern with them reads each character once.
_VALUE = r"""(?:"[^"]*+"|'[^']*+'|[^\t\n\f\r >"'][^\t\n\f\r >]*+|(?=>))"""
_ATTRIBUTE = rf"={_NAME}*+|{_NAME}++"
_TAG = re.compile(
    rf"<(/?)([a-zA-Z][^\t\n\f\r />]*+)"
    rf"((?:[\t\n\f\r /]++|(?:{_ATTRIBUTE})(?:{_SPACE}*+={_SPACE}*+{_VALUE}|(?!{_SPACE}*+=)))*+)>"
)
_ATTRIBUTES = re.compile(rf"({_ATTRIBUTE})(?:{_SPACE}*+={_SPACE}*+({_VALUE}))?+")
_COMMENT_END = re.compile(r"--!?>")

# Their content is no markup, and nothing to read.
_LEFT_OUT = {"iframe", "noembed", "noframes", "script", "style", "title"}
# Their content is no markup, but text.
_LITERAL = {"plaintext", "textarea", "xmp"}
_ENDS = {name: re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE) for name in _LEFT_OUT | _LITERAL}


def tokens(markup: str) -> Iterator[Token]:
    """The tags and texts of `markup`, in order. Nothing follows a tag or comment that does not end."""
    at = 0
    while (start := markup.find("<", at)) >= 0:
        if start > at:
            yield Kind.TEXT, markup[at:start], ""
        if _TAG_BEGINS.match(markup, start):
            tag = _TAG.match(markup, start)
            if not tag:
                return
            is_end, name, attributes = tag.groups()
            at, name = tag.end(), name.lower()
            yield Kind.END if is_end else Kind.START, name, attributes
            if name in _ENDS and not is_end:
                content_ends = _ENDS[name].search(markup, at)
                stop = content_ends.start() if content_ends else len(markup)
                if name in _LITERAL:
                    yield Kind.TEXT, markup[at:stop], ""
                at = stop
        elif markup.startswith(("<!", "<?", "</"), start):
            at = _after_declaration(markup, start)
        else:
            yield Kind.TEXT, "<", ""
            at = start + 1
    if at < len(markup):
        yield Kind.TEXT, markup[at:], ""


def attributes_of(source: str) -> dict[str, str]:
    """The attributes of a tag, their values decoded. Of two with the same name, the first counts."""
    found: dict[str, str] = {}
    for name, value in _ATTRIBUTES.findall(source):
        if value[:1] in {'"', "'"}:
            value = value[1:-1]
        found.setdefault(name.lower(), decoded(value))
    return found


def decoded(text: str) -> str:
    """The text with its character references replaced."""
    try:
        return html.unescape(text)
    except ValueError:  # A number of more than 4300 digits.
        return text


def _after_declaration(markup: str, start: int) -> int:
    """The index after a comment, or after anything else that browsers take for one."""
    if not markup.startswith("<!--", start):
        end = markup.find(">", start)
        return end + 1 if end >= 0 else len(markup)
    for empty in ("<!-->", "<!--->"):
        if markup.startswith(empty, start):
            return start + len(empty)
    comment_end = _COMMENT_END.search(markup, start + 4)
    return comment_end.end() if comment_end else len(markup)
