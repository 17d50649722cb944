"""Splits HTML into tags and text, in time proportional to its length, whatever it looks like.

It follows the tokenizer of the HTML standard (html.spec.whatwg.org, section 13.2.5) as far as it matters for mail:
quoted attributes may contain ">", comments and declarations are left out, and so are scripts, styles and titles. Where
a browser would drop the rest of a letter, because a tag, a comment or a title does not end, the rest is read: a letter
that was cut or written badly is no blank page.
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
# A tag with a quote that does not end. It ends at the next ">", as the tags after it do.
_TORN_TAG = re.compile(r"<(/?)([a-zA-Z][^\t\n\f\r />]*+)([^<>]*+)>?")
_ATTRIBUTES = re.compile(rf"({_ATTRIBUTE})(?:{_SPACE}*+={_SPACE}*+({_VALUE}))?+")
_COMMENT_END = re.compile(r"--!?>")

# Their content is no markup, and nothing to read.
_LEFT_OUT = {"iframe", "noembed", "noframes", "script", "style", "title"}
# Their content is no markup, but text.
_LITERAL = {"plaintext", "textarea", "xmp"}
_ENDS = {name: re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE) for name in _LEFT_OUT | _LITERAL}


def tokens(markup: str) -> Iterator[Token]:
    """The tags and texts of `markup`, in order."""
    ends = _Ends(markup)
    tag_pattern = _TAG
    at = 0
    while (start := markup.find("<", at)) >= 0:
        if start > at:
            yield Kind.TEXT, markup[at:start], ""
        if _TAG_BEGINS.match(markup, start):
            tag = tag_pattern.match(markup, start)
            if not tag:
                # No later tag is looked for up to the end of the letter: each could cost as much as this one.
                tag_pattern = _TORN_TAG
                at = start
                continue
            is_end, name, attributes = tag.groups()
            at, name = tag.end(), name.lower()
            yield Kind.END if is_end else Kind.START, name, attributes
            if name in _ENDS and not is_end:
                stop = ends.of_content(name, at)
                if name in _LITERAL:
                    yield Kind.TEXT, markup[at:stop], ""
                at = stop
        elif markup.startswith(("<!", "<?", "</"), start):
            at = ends.of_declaration(start)
        else:
            yield Kind.TEXT, "<", ""
            at = start + 1
    if at < len(markup):
        yield Kind.TEXT, markup[at:], ""


class _Ends:
    """Finds the ends of what is no markup. What was not found once is not looked for again: nothing is read twice."""

    def __init__(self, markup: str) -> None:
        self._markup = markup
        self._missing: set[re.Pattern[str]] = set()

    def of_content(self, name: str, start: int) -> int:
        """The index of the end tag of an element that began before `start`."""
        end = self._search(_ENDS[name], start)
        if end:
            return end.start()
        return start if name == "title" else len(self._markup)

    def of_declaration(self, start: int) -> int:
        """The index after a comment, or after anything else that browsers take for one."""
        if self._markup.startswith("<!--", start):
            for empty in ("<!-->", "<!--->"):
                if self._markup.startswith(empty, start):
                    return start + len(empty)
            if end := self._search(_COMMENT_END, start + 4):
                return end.end()
        after = self._markup.find(">", start) + 1
        return after or len(self._markup)

    def _search(self, pattern: re.Pattern[str], start: int) -> re.Match[str] | None:
        if pattern in self._missing:
            return None
        found = pattern.search(self._markup, start)
        if not found:
            self._missing.add(pattern)
        return found


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
